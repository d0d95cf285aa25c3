"""What changed since the build before, told to readers of each language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from planlib import changes, schema
from planlib.pages import layout

# What the record says in English only; the record itself stays as it is, for programs.
CAUSES_ZH = {
    "new": "新报告", "notebook": "笔记本有改动", "parameters": "参数有改动", "code": "代码有改动",
    "versions": "软件环境有变", "descriptor": "数据说明有改动", "list": "报告清单有变",
    "failed": "上次失败，现已生成", "forced": "按要求重新生成", "files": "文件缺失，已补",
    "date": "截止日期推移",
}  # fmt: skip
ROWS_ZH = {
    "new row": "新增一行", "removed row": "删去一行", "changed row": "一行有改动",
    "added claim": "新增一条出处", "removed claim": "删去一条出处",
    "changed claim": "一条出处有改动",
}  # fmt: skip
EVIDENCE = re.compile(r"(\w+) or its evidence changed")
LINK = re.compile(r"\[([^\]]+)\]\([^)\s]*\)")


def parts(found: Mapping[str, Any], editions: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return what changed, once for each language: its reports, and the duties and rows of all.

    Parameters
    ----------
    found
        What :func:`planlib.changes.between_builds` returns.
    editions
        The entries of the manifest, by edition.
    """
    return [_part(found, editions, lang) for lang in layout.LANGUAGE_NAMES]


def cause(text: str, lang: str) -> str:
    """Write a cause of the record in a language; what is not known is kept as it stands."""
    if lang == "en":
        return text
    evidence = EVIDENCE.fullmatch(text)
    if evidence:
        return f"{_table(evidence[1], lang)}或其出处有变"
    said, _, what = text.partition(": ")
    known = {changes.CAUSES[kind]: zh for kind, zh in CAUSES_ZH.items()} | ROWS_ZH
    words = known.get(said, said)
    return f"{words}：{what.replace(' to ', '至')}" if what else words


def _part(found: Mapping[str, Any], editions: Mapping[str, Any], lang: str) -> dict[str, Any]:
    def told(change: Mapping[str, Any]) -> dict[str, Any]:
        causes = (cause(text, lang) for text in change["causes"])
        return {
            "figure": "",
            **change,
            "title": editions[change["edition"]]["title"],
            "causes": {"en": "; ", "zh": "；"}[lang].join(causes),
        }

    mine = {name for name, entry in editions.items() if _lang(entry) == lang}
    of_lang = {
        kind: [told(change) for change in found[kind] if change["edition"] in mine]
        for kind in ("answers", "headlines", "figures")
    }
    return {
        "lang": lang,
        "tag": layout.LANGUAGE_TAGS[lang],
        "name": layout.LANGUAGE_NAMES[lang],
        "words": layout.change_words(lang),
        "data_said": _data_said(found, lang),
        "duties": _duties(found["obligations"], lang) if found["obligations"] else [],
        "findings": [_differing(c) for c in of_lang["answers"]] + of_lang["headlines"],
        "figures": of_lang["figures"],
        "data": _tables(found["data"], lang),
    }


def _lang(entry: Mapping[str, Any]) -> str:
    return str(entry["parameters"].get("lang", "en"))


def _data_said(found: Mapping[str, Any], lang: str) -> str:
    words, old, new = layout.change_words(lang), found["from"], found["to"]
    if not old:
        return words["first"]
    if old != new:
        return words["moved"].format(old=old, new=new)
    return words["revised" if found["data"] else "same"].format(new=new, count=len(found["data"]))


def _duties(moves: Sequence[Mapping[str, str]], lang: str) -> list[dict[str, str]]:
    package = schema.package()
    duties, terms = (
        schema.read_raw(package[table], package.directory).names(lang)
        for table in ("obligations", "terms")
    )
    return [
        {
            "key": move["obligation_id"],
            "name": duties.get(move["obligation_id"], move["obligation_id"]),
            "old": terms.get(move["old"], move["old"]),
            "new": terms.get(move["new"], move["new"]),
            "cause": cause(move["cause"], lang),
        }
        for move in moves
    ]


def _differing(change: dict[str, Any]) -> dict[str, Any]:
    """Keep the paragraphs of an opening that read differently; they are Markdown."""
    old, new = (change[when].split("\n\n") for when in ("old", "new"))
    return {**change, "old": _plain(p for p in old if p not in new),
            "new": _plain(p for p in new if p not in old)}  # fmt: skip


def _plain(paragraphs: Iterable[str]) -> str:
    return "\n".join(LINK.sub(r"\1", p.strip().strip("*")) for p in paragraphs)


def _tables(rows: Sequence[Mapping[str, Any]], lang: str) -> list[dict[str, Any]]:
    by_table: dict[str, list[Mapping[str, Any]]] = {}
    for change in rows:
        by_table.setdefault(change["table"], []).append(change)
    columns = {t.name: {f.name: f.label(lang) for f in t.fields} for t in schema.package().tables}
    return [
        {"title": _table(name, lang), "rows": changed, "columns": columns.get(name, {})}
        for name, changed in by_table.items()
    ]


def _table(name: str, lang: str) -> str:
    return next((t.label(lang) for t in schema.package().tables if t.name == name), name)
