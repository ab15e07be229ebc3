"""A kind of contract for import-linter: a room is reached through its public drawers, from wherever it is."""

from __future__ import annotations

import grimp
from importlinter import Contract, ContractCheck, fields, output
from importlinter.application import contract_utils


class DrawersContract(Contract):
    """No module outside a room imports one inside it that lies in no public drawer. Tests may look anywhere.

    ``rooms`` are packages, ``drawers`` names of modules (or packages) in them, ``ignore_imports`` as elsewhere.
    """

    type_name = "drawers"

    rooms = fields.ListField(subfield=fields.StringField())
    drawers = fields.SetField(subfield=fields.StringField())
    ignore_imports = fields.SetField(subfield=fields.ImportExpressionField(), required=False)

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Find the imports that reach past the drawers."""
        del verbose
        contract_utils.remove_ignored_imports_and_report(
            graph=graph,
            ignore_imports=self.ignore_imports,  # type: ignore[arg-type]  # the declared field gives a set
            unmatched_alerting=contract_utils.AlertLevel.NONE,
        )
        reached = [
            (importer, imported)
            for importer in graph.modules
            if ".tests" not in importer
            for imported in graph.find_modules_directly_imported_by(importer)
            if self._hidden_from(imported, importer)
        ]
        return ContractCheck(kept=not reached, metadata={"reached": sorted(reached)})

    def _hidden_from(self, imported: str, importer: str) -> bool:
        for room in self.rooms:  # type: ignore[attr-defined]  # a list, as above
            if imported.startswith(f"{room}.") and not f"{importer}.".startswith(f"{room}."):
                drawer = imported.removeprefix(f"{room}.").partition(".")[0]
                return drawer not in self.drawers  # type: ignore[operator]
        return False

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print them."""
        for importer, imported in check.metadata["reached"]:
            output.print_error(f"{importer} reaches past the drawers of a room, into {imported}")
