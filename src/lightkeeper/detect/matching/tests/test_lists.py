"""List files: every row is used or set aside, and nothing crashes the reader."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lightkeeper.detect.matching.lists import MAX_BAD_ROWS, MAX_LINE, BadRow, HashList, ListEntry, ListError, read_list

PDQ = "0123456789abcdef" * 4
SHA256 = "fedcba9876543210" * 4
Read = Callable[..., HashList]
SHA1 = "0123456789" * 4
MD5 = "00112233445566778899aabbccddeeff"


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def _read(content: str | bytes, algorithm: str | None = None) -> HashList:
        path = tmp_path / "list.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return read_list(path, algorithm=algorithm)

    return _read


def entry(hashes: HashList, algorithm: str, number: int = 0) -> tuple[str, str | None, str | None]:
    found = hashes.entry(algorithm, number)
    return found.value.hex(), found.id, found.category


def test_all_algorithms_in_one_list(read: Read) -> None:
    hashes = read(
        f"algorithm,value,id,category\npdq,{PDQ},7,A\nmd5,{MD5},,\nsha1,{SHA1},x,\nSHA-256,{SHA256.upper()},,B2\n"
    )
    assert len(hashes) == hashes.row_count == 4
    assert hashes.bad_count == 0
    assert hashes.entry("pdq", 0) == ListEntry("pdq", bytes.fromhex(PDQ), "7", "A")
    assert entry(hashes, "md5") == (MD5, None, None)
    assert entry(hashes, "sha1") == (SHA1, "x", None)
    assert entry(hashes, "sha256") == (SHA256, None, "B2")


@pytest.mark.parametrize(
    "content",
    [
        f"id,category,extra,value,algorithm\r\n7,A,zzz,{PDQ},pdq\r\n",
        f"\ufeffalgorithm;value;id;category\npdq;{PDQ};7;A\n",
        f'"algorithm","value","id","category"\n\n"pdq","{PDQ}","7","A"\n   \n',
        f"Algorithm\tVALUE\tID\tCategory\n PDQ \t {PDQ.upper()} \t7\tA",
        f"algorithm,value,id,category\rpdq,{PDQ},7,A\r",
    ],
)
def test_ways_to_write_the_same_list(read: Read, content: str) -> None:
    hashes = read(content)
    assert hashes.bad_rows == ()
    assert entry(hashes, "pdq") == (PDQ, "7", "A")


def test_quoted_fields_may_hold_separators(read: Read) -> None:
    assert entry(read(f'algorithm,value,id\npdq,{PDQ},"a, ""b"""\n'), "pdq") == (PDQ, 'a, "b"', None)


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (f"pdq,{PDQ[:-1]},", "hexadecimal digit"),
        (f"pdq,{PDQ[:-2]},", "has 62 characters"),
        (f"md5,{PDQ},", "md5 has 32"),
        (f"pdq,{PDQ[:-2]}zz,", "not a hexadecimal digit"),
        (f"pdq,{PDQ[:30]}    {PDQ[34:]},", "has 64 characters"),
        (f"phash,{PDQ},", "the algorithm is not"),
        ("pdq,,", "no value"),
        ("pdq", "fewer columns"),
        (f'pdq,{PDQ},"open', "quotation mark"),
        ("pdq," + "a" * MAX_LINE, "longer than"),
    ],
)
def test_a_bad_row_is_set_aside_and_the_rest_used(read: Read, row: str, problem: str) -> None:
    hashes = read(f"algorithm,value,id\nmd5,{MD5},1\n{row}\nsha1,{SHA1},2\n")
    assert [bad.line for bad in hashes.bad_rows] == [3]
    assert problem in hashes.bad_rows[0].problem
    assert PDQ[:8] not in hashes.bad_rows[0].problem
    assert entry(hashes, "md5")[1] == "1"
    assert entry(hashes, "sha1")[1] == "2"


def test_a_stray_quote_does_not_swallow_the_rows_behind_it(read: Read) -> None:
    hashes = read('algorithm,value,id\nmd5,"' + MD5 + "\n" + f"sha1,{SHA1},2\n" * 3)
    assert hashes.row_count == 3
    assert hashes.bad_count == 1


def test_bad_rows_are_described_up_to_a_bound_and_all_counted(read: Read) -> None:
    hashes = read(f"{MD5}\n" + "junk\n" * (MAX_BAD_ROWS + 5))
    assert len(hashes.bad_rows) == MAX_BAD_ROWS
    assert hashes.bad_count == MAX_BAD_ROWS + 5
    assert hashes.bad_rows[0] == BadRow(2, "not 32, 40 or 64 hexadecimal digits")


def test_plain_values_are_told_apart_by_length(read: Read) -> None:
    hashes = read(f"{MD5}\n{SHA1}\n\n{MD5.upper()}\n")
    assert {name: len(entries) for name, entries in hashes.entries.items()} == {"md5": 2, "sha1": 1}
    assert hashes.duplicate_count() == 1


def test_64_digits_without_a_word_are_listed_as_both(read: Read) -> None:
    hashes = read(f"{PDQ}\n")
    assert entry(hashes, "pdq") == entry(hashes, "sha256") == (PDQ, None, None)
    assert (hashes.row_count, hashes.both_count, len(hashes)) == (1, 1, 2)


@pytest.mark.parametrize("name", ["pdq", "sha256"])
def test_64_digits_are_what_the_first_line_or_the_caller_says(read: Read, name: str) -> None:
    for hashes in (read(f"# algorithm: {name}\n{PDQ}\n"), read(f"{PDQ}\n", name)):
        assert set(hashes.entries) == {name}
        assert hashes.both_count == 0


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        ("", "is empty"),
        ("\n \n", "is empty"),
        ("algorithm,id\n", "without the column 'value'"),
        ("value\n", "without the column 'algorithm'"),
        ("value,algorithm,value\n", "'value' twice"),
        ("# algorithm: phash\n", "names an algorithm that is not"),
        ("<html>\n<body>\n", "no row that can be used: 2 bad, the first in line 1"),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "no row that can be used"),
        (f"algorithm,value\npdq,{MD5}\n", "first in line 2"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(read: Read, content: str | bytes, problem: str) -> None:
    with pytest.raises(ListError, match=problem) as error:
        read(content)
    assert MD5 not in str(error.value)


def test_a_list_without_entries_is_a_list(read: Read) -> None:
    assert len(read("algorithm,value,id,category\n")) == 0


def test_a_list_that_cannot_be_opened(tmp_path: Path) -> None:
    with pytest.raises(ListError, match="the list gone.csv cannot be read: No such file"):
        read_list(tmp_path / "gone.csv")
    with pytest.raises(ListError, match="cannot be read: Is a directory"):
        read_list(tmp_path)


def test_ids_that_are_not_utf_8_do_not_cost_the_row(read: Read) -> None:
    assert entry(read(b"algorithm,value,id\nmd5," + MD5.encode() + b",\xe4\xff\n"), "md5") == (MD5, "\\xe4\\xff", None)


def test_the_version_of_a_list_is_the_digest_of_its_bytes(read: Read) -> None:
    content = f"{MD5}\r\n"
    assert read(content).sha256 == hashlib.sha256(content.encode()).hexdigest()


@given(st.binary(max_size=600) | st.text(alphabet=f'algorithmvaluepdq,;\t"\r\n#: {MD5}', max_size=600).map(str.encode))
def test_no_bytes_crash_the_reader(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.getbasetemp() / "any.csv"
    path.write_bytes(content)
    try:
        hashes = read_list(path)
    except ListError as error:
        assert "any.csv" in str(error)
    else:
        assert len(hashes) == hashes.row_count + hashes.both_count


_values = st.binary(min_size=32, max_size=32)
_rows = st.lists(st.tuples(st.sampled_from(["pdq", "md5", "sha1", "sha256"]), _values, st.text(), st.text()))


@given(_rows)
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, bytes, str, str]]
) -> None:
    widths = {"pdq": 32, "md5": 16, "sha1": 20, "sha256": 32}
    clean = [(a, v[: widths[a]], " ".join(i.split()), " ".join(c.split())) for a, v, i, c in rows]
    path = tmp_path_factory.getbasetemp() / "written.csv"
    with path.open("w", encoding="utf-8", errors="replace", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("algorithm", "value", "id", "category"))
        writer.writerows((a, v.hex(), i, c) for a, v, i, c in clean)
    hashes = read_list(path)
    assert hashes.bad_rows == ()
    for algorithm in widths:
        expected = [(v.hex(), i or None, c or None) for a, v, i, c in clean if a == algorithm]
        found = [entry(hashes, algorithm, n) for n in range(len(hashes.entries.get(algorithm, ())))]
        assert found == expected
