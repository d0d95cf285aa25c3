"""What the documents say is so: the dictionary is fresh, the README's Python runs."""

from __future__ import annotations

import re
from pathlib import Path

from planlib import dictionary, schema

ROOT = Path(__file__).resolve().parents[1]


def test_the_dictionary_is_fresh():
    written = (ROOT / "data" / "README.md").read_text(encoding="utf-8")
    assert written == dictionary.markdown(), "run: make dictionary"


def test_the_dictionary_names_every_column():
    text = dictionary.markdown()
    for table in schema.package().tables:
        assert f"## {table.name}\n" in text
        for name in table.columns:
            assert f"| `{name}` |" in text


def test_the_python_of_the_readme_answers_its_question(capsys):
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    code = re.search(r"```python\n(.*?)```", readme, re.DOTALL)
    assert code is not None
    assert len([line for line in code[1].splitlines() if line]) == 5
    exec(code[1], {})
    printed = capsys.readouterr().out
    assert "EO14319-01" in printed
    assert "21" in printed


def test_the_commands_of_the_readme_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^make ([a-z-]+)$", readme, re.MULTILINE)) <= targets
    from planlib.cli import main

    assert set(re.findall(r"^\| `planlib ([a-z]+)", readme, re.MULTILINE)) <= set(main.commands)


def test_the_pictures_of_the_readme_exist():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    pictures = re.findall(r"!\[[^]]*\]\(([^)]+)\)", readme)
    assert pictures
    assert all((ROOT / picture).is_file() for picture in pictures)
