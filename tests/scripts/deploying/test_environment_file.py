"""Environment files are read as systemd reads them (systemd.exec(5))."""

import pytest

from scripts.deploying.environment_file import parse


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("A=1", {"A": "1"}),
        ("A=1\nB=2\n", {"A": "1", "B": "2"}),
        ("A=1\r\nB=2\r\n", {"A": "1", "B": "2"}),
        ("A=", {"A": ""}),
        ("A=1\nA=2", {"A": "2"}),
        ("# A=1\n; B=2\nC=3", {"C": "3"}),
        ("# joined \\\nA=1\nB=2", {"B": "2"}),
        ("export A=1\nB=2", {"B": "2"}),
        ("no assignment\nB=2", {"B": "2"}),
        ("A =1", {"A": "1"}),
        ("  A=  1 2  \n", {"A": "1 2"}),
        ('A="1 2 "  \n', {"A": "1 2 "}),
        ("A='1 \\ 2'", {"A": "1 \\ 2"}),
        ("A=one\\\ntwo", {"A": "onetwo"}),
        ("A=one\\ two", {"A": "one two"}),
        ("A=one\\ ", {"A": "one "}),
        ('A="one\\\ntwo"', {"A": "onetwo"}),
        ('A="one\ntwo"', {"A": "one\ntwo"}),
        ('A="\\"\\\\\\$\\`"', {"A": '"\\$`'}),
        ('A="\\n"', {"A": "\\n"}),
        ("A=\"one\"'two'", {"A": "onetwo"}),
        ("A=one#two # three", {"A": "one#two # three"}),
        ("A=it's", {"A": "it's"}),
        ("A=$B ${B}", {"A": "$B ${B}"}),
        ("A=smtp://u:p%40ss@h?rate=50/s&batch=5", {"A": "smtp://u:p%40ss@h?rate=50/s&batch=5"}),
        ("A='never closed\nB=2", {"A": "never closed\nB=2"}),
        ("1A=1\nB-C=2\nD=3", {"D": "3"}),
    ],
)
def test_a_file_is_read_as_systemd_reads_it(text: str, found: dict[str, str]) -> None:
    assert parse(text) == found
