import unicodedata

import pytest

from onestop.inputs.yaml_files import MAX_BYTES, BadYaml, load_yaml, read_yaml

SAMPLE = """\
# a comment
key: vn-0700
years: [2026, 2027]
hours:
  - 07:00-11:30
  - {opens: 13:30, closes: '17:00'}
limit: 0.25
code: 01
day: 2026-02-17
off: true
note:
"""


def test_only_whole_numbers_and_truth_values_are_more_than_text():
    value = load_yaml(SAMPLE, name="a.yaml").value

    assert value == {
        "key": "vn-0700",
        "years": [2026, 2027],
        "hours": ["07:00-11:30", {"opens": "13:30", "closes": "17:00"}],
        "limit": "0.25",
        "code": "01",
        "day": "2026-02-17",
        "off": True,
        "note": None,
    }


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 2),
        (("years", 1), 3),
        (("hours",), 4),
        (("hours", 1, "closes"), 6),
        (("hours", 1, "missing"), 6),
        (("day",), 9),
        (("nowhere", 3), 2),
    ],
)
def test_every_value_knows_its_line_and_a_missing_one_that_of_its_parent(path, line):
    assert load_yaml(SAMPLE, name="a.yaml").where(path) == f"a.yaml line {line}"


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("a: &x 1\nb: *x\n", "alias", 2),
        ("a: &x 1\n*x : 2\n", "alias", 2),
        ("a: 1\nb: !!python/object/apply:os.system [x]\n", "tag", 2),
        ("a: 1\n<<: {b: 2}\n", "merge", 2),
        ("a: 1\nb: 2\na: 3\n", "duplicate_key", 3),
        ("a: 1\n[x]: 2\n", "bad_key", 2),
        ("a: 1\n b: 2\n", "syntax", 2),
        ("a: [1\n", "syntax", 2),
        ("a: 1\n---\nb: 2\n", "several_documents", 2),
        ("", "empty", 1),
        ("# nothing\n", "empty", 1),
        ("a: \x00\n", "not_text", 1),
        ("[" * 5000, "too_deep", 1),
        ("x" * (MAX_BYTES + 1), "too_long", 1),
    ],
    ids=lambda value: value[:12] if isinstance(value, str) else None,
)
def test_a_file_that_cannot_be_read_says_why_and_on_which_line(text, code, line):
    with pytest.raises(BadYaml) as caught:
        load_yaml(text, name="a.yaml")

    assert (caught.value.code, caught.value.line) == (code, line)


def test_text_is_brought_to_one_form():
    assert load_yaml(unicodedata.normalize("NFD", "tên: Đào"), name="a").value == {"tên": "Đào"}


def test_a_file_is_read_with_or_without_a_byte_order_mark(tmp_path):
    path = tmp_path / "b.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")

    assert read_yaml(path).value == {"a": 1}


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [(b"a: 1\nb: \xff\n", "not_text", 2), (b"x" * (MAX_BYTES + 1), "too_long", 1)],
)
def test_a_file_that_is_not_text_or_too_long_is_refused(tmp_path, data, code, line):
    path = tmp_path / "b.yaml"
    path.write_bytes(data)

    with pytest.raises(BadYaml) as caught:
        read_yaml(path)

    assert (caught.value.code, caught.value.line) == (code, line)
