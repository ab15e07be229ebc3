"""Every kind of file gives the same conversations; a broken one is told of without a word of its text."""

import json
from pathlib import Path

import pytest

from lightkeeper.detect.conversations.evaluation import files, pan
from lightkeeper.detect.conversations.evaluation.streams import MINUTE, InputError

WORD = "marmalade"
XML = f"""<?xml version="1.0"?><conversations><conversation id="c1">
<message line="1"><author>a</author><time>23:59</time><text>do you like {WORD} &amp; tea</text></message>
<message line="2"><author>b</author><time>00:01</time><text/></message>
</conversation><conversation id="c2"><message line="1"><author>c</author><time>?</time><text>hello</text></message>
</conversation></conversations>"""


def _written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def test_pan_with_its_truth(tmp_path: Path) -> None:
    truth = pan.read_predators(_written(tmp_path, "predators.txt", "a\n\n"))
    marked = pan.read_marked_lines(_written(tmp_path, "lines.txt", "c1\t1\n"))
    first, second = pan.read_pan(_written(tmp_path, "pan.xml", XML), truth, marked)
    assert first.risky
    assert first.offenders == {"a"}
    assert first.children == {"b"}
    assert first.marked == frozenset({0})
    assert first.turns[1].at - first.turns[0].at == 2 * MINUTE
    assert first.turns[0].text == f"do you like {WORD} & tea"
    assert (second.risky, second.offenders, second.marked) == (False, frozenset(), frozenset())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (XML.replace("</text>", "", 1), "line 2: no well-formed XML"),
        (XML.replace('line="2"', ""), "line 3: a message without a line number"),
        (XML.replace("<author>b</author>", ""), "line 3: a message without an author"),
        (XML.replace("<conversations>", '<!DOCTYPE x [<!ENTITY e "b">]><conversations>'), "document type"),
        ("", "no well-formed XML"),
    ],
)
def test_broken_xml_is_told_of_by_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(InputError, match=said) as raised:
        list(pan.read_pan(_written(tmp_path, "pan.xml", text)))
    assert WORD not in str(raised.value)


def test_conversations_of_a_large_file_come_before_its_end(tmp_path: Path) -> None:
    one = '<conversation id="c"><message line="1"><author>a</author><text>hi</text></message></conversation>'
    path = _written(tmp_path, "pan.xml", f"<conversations>{one * 5000}<broken")
    stream = pan.read_pan(path)
    assert next(stream).id == "c"
    with pytest.raises(InputError):
        list(stream)


def test_data_packs(tmp_path: Path) -> None:
    content = [
        {"type": "message", "author": "x", "time": 2.5, "body": "hi"},
        {"type": "separator"},
        {"author": "y", "body": "yes"},
    ]
    pack = {"chats": {"one": {"className": "non-predator", "content": content}}}
    (chat,) = files.read_espd(_written(tmp_path, "pack.json", json.dumps(pack)))
    assert (chat.risky, [turn.at for turn in chat.turns]) == (False, [2500, 2500 + MINUTE])
    pack["chats"]["one"]["className"] = WORD
    with pytest.raises(InputError, match="chat 1: the label is none of") as raised:
        list(files.read_espd(_written(tmp_path, "pack.json", json.dumps(pack))))
    assert WORD not in str(raised.value)


def test_csv_joins_the_rows_of_a_conversation(tmp_path: Path) -> None:
    text = "conversation,author,segment,label,language\nk,a,hi,1,en\nk,b,oh,1,en\nm,a,fine,0,de\n"
    first, second = files.read_csv(_written(tmp_path, "set.csv", text))
    assert ([turn.text for turn in first.turns], first.risky, second.risky) == (["hi", "oh"], True, False)
    assert (second.slices, second.language) == (("language: de",), "de")
    with pytest.raises(InputError, match=r"set.csv, line 2: the label"):
        list(files.read_csv(_written(tmp_path, "set.csv", f"segment,label\nhi,{WORD}\n")))
    with pytest.raises(InputError, match="different labels"):
        list(files.read_csv(_written(tmp_path, "set.csv", "id,segment,label\nk,hi,1\nk,oh,0\n")))


def test_two_sided_folders(tmp_path: Path) -> None:
    _written(tmp_path, "adult/1.txt", "hi\nhow are you\n")
    with pytest.raises(InputError, match="two sides"):
        list(files.read_folders(tmp_path, "adult", "child"))
    _written(tmp_path, "child/1.txt", "hello\n")
    (one,) = files.read_folders(tmp_path, "adult", "child")
    assert [turn.author for turn in one.turns] == ["adult", "child", "adult"]
    assert one.risky
    assert one.offenders == {"adult"}
    assert one.children == {"child"}
