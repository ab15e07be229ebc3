"""How the kernels are compiled: one decorator for entry points, one for their parts, two machine instructions.

Entry points have explicit signatures, so nothing compiles by surprise at query time: it happens at import, and the
result is cached on disk where a directory for it can be written. numba is imported here, so only the modules of
kernels import this one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

Function = TypeVar("Function", bound=Callable[..., Any])


def tuple_of(*items: Any) -> Any:
    """Give the numba type of a tuple."""
    return types.Tuple(items)  # type: ignore[no-untyped-call]


def array_of(item: Any, dimensions: int = 1, *, writable: bool = False) -> Any:
    """Give the numba type of a C-contiguous array; arrays mapped from a file are read-only."""
    return types.Array(item, dimensions, "C", readonly=not writable)


def kernel(signature: Any) -> Callable[[Function], Function]:
    """Compile an entry point: releases the GIL, cached on disk where that is possible."""

    def decorate(function: Function) -> Function:
        try:
            return cast(Function, numba.njit(signature, nogil=True, cache=True, error_model="numpy")(function))
        except Exception:  # noqa: BLE001  no directory for the cache, or a spoilt cache: compile without it
            return cast(Function, numba.njit(signature, nogil=True, error_model="numpy")(function))

    return decorate


def part(function: Function) -> Function:
    """Compile a part of a kernel; LLVM inlines it where that pays."""
    return cast(Function, numba.njit(nogil=True, error_model="numpy")(function))


def _popcount(_context: Any, word: Any) -> Any:  # noqa: ARG001
    """Count the set bits of a uint64, as int64."""

    def generate(_context: Any, builder: Any, _signature: Any, arguments: Any) -> Any:
        return builder.ctpop(arguments[0])

    return types.int64(types.uint64), generate


def _prefetch(_context: Any, array: Any, index: Any) -> Any:  # noqa: ARG001
    """Ask the processor for ``array.flat[index]`` ahead of its use; never faults."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        view = context.make_array(signature.args[0])(context, builder, arguments[0])
        address = builder.bitcast(builder.gep(view.data, [arguments[1]]), cgutils.voidptr_t)
        flag = ir.IntType(32)
        kind = ir.FunctionType(ir.VoidType(), [cgutils.voidptr_t, flag, flag, flag])
        call: Any = cgutils.get_or_insert_function(  # type: ignore[no-untyped-call]
            builder.module, kind, "llvm.prefetch.p0"
        )
        builder.call(call, [address, flag(0), flag(3), flag(1)])
        return context.get_dummy_value()

    return types.void(array, types.intp), generate


popcount: Any = intrinsic(_popcount)
prefetch: Any = intrinsic(_prefetch)
