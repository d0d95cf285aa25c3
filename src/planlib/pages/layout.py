"""What all pages of the site share: templates, words in both languages, style sheet and scripts."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from planlib import drawing, schema

LANGUAGE_NAMES = {"en": "English", "zh": "中文"}
# Where a page is warned of, see :func:`planlib.pages.listing.with_warning`.
STALE_MARK = "<!-- stale -->"
LANGUAGE_TAGS = {"en": "en", "zh": "zh-Hans"}


@lru_cache(maxsize=1)
def environment() -> Any:
    """Return the templates of the site's pages, each compiled once."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(template: str, **values: Any) -> str:
    """Return a page made from one of the templates."""
    return str(environment().get_template(template).render(**values))


def static_files() -> Iterator[tuple[str, bytes]]:
    """Yield the site's shared files: style sheet, scripts and plotly.js, all local."""
    folder = Path(__file__).parent / "static"
    for path in sorted(folder.iterdir()):
        yield path.name, path.read_bytes()
    yield drawing.BASIC_SCRIPT.name, drawing.BASIC_SCRIPT.read_bytes()


def words(lang: str) -> dict[str, str]:
    """Return the words that the site itself uses, by what they are for."""
    schema.check_language(lang)
    pairs = {
        "home": ("All reports", "全部报告"),
        "contents": ("Contents", "目录"),
        "skip": ("Skip to the report", "跳到正文"),
        "language": ("Language", "语言"),
        "metadata": ("metadata", "元数据"),
        "picture": ("Save as PNG", "保存为PNG"),
        "data": ("Download", "下载"),
        "view": ("Download this view", "下载当前视图"),
        "whole": (
            "Note and sources are those of the whole chart, not only of what is shown. {}",
            "说明与来源针对整幅图，不限于当前所示。{}",
        ),
        "provenance": ("How this page was made", "本页来源"),
        "notebook": ("Executed notebook", "已执行的笔记本"),
        "top": ("Back to top", "返回顶部"),
        "reset": ("Reset", "还原"),
        "search": ("Search the table", "在表中搜索"),
        "found": ("{} rows", "{}行"),
        "table": ("Table ({} rows)", "数据表（{}行）"),
        "table_of_one": ("Table (1 row)", "数据表（1行）"),
        "by_country": ("By country", "按国家和地区"),
        "find_country": ("Find a country", "查找国家或地区"),
        "missing": ("There is no report here yet.", "此处尚无报告。"),
        "stale": (
            "This page is from an earlier build; the latest one failed.",
            "本页来自较早的一次生成；最近一次生成失败。",
        ),
        "noscript": (
            "Charts need JavaScript; the tables below them do not.",
            "图表需要JavaScript；其下的数据表不需要。",
        ),
    }
    return {key: zh if lang == "zh" else en for key, (en, zh) in pairs.items()}


def change_words(lang: str) -> dict[str, str]:
    """Return the words of the page of what changed, by what they are for."""
    schema.check_language(lang)
    pairs = {
        "first": (
            "This is the first build: there is nothing to compare it with.",
            "这是首次生成，没有可比较的对象。",
        ),
        "same": (
            "The data are the same as before: version {new[version]}, as of {new[as_of]}.",
            "数据与上次相同：{new[version]}版，截至{new[as_of]}。",
        ),
        "revised": (
            "The data bear the same version and date as before, {new[version]} as of "
            "{new[as_of]}; rows that differ: {count:,}.",
            "数据的版本与日期与上次相同（{new[version]}版，截至{new[as_of]}），但有{count}行不同。",
        ),
        "moved": (
            "Data before: {old[version]} as of {old[as_of]}; now: {new[version]} as of "
            "{new[as_of]}.",
            "数据此前为{old[version]}版，截至{old[as_of]}；现为{new[version]}版，截至{new[as_of]}。",
        ),
        "duties": ("Duties whose status moved", "状态有变的任务"),
        "findings": ("Findings that read differently", "表述有变的结论"),
        "figures": ("Figures that changed", "有变化的图表"),
        "rows": ("Rows of data", "数据行"),
        "none": ("None.", "无。"),
        "not_known": ("not known before", "此前未收录"),
        "not_listed": ("no longer listed", "不再收录"),
        "before": ("Before", "此前"),
        "now": ("Now", "现在"),
        "nothing": ("nothing", "无"),
        "blank": ("blank", "空白"),
        "report": ("Report", "报告"),
        "figure": ("Figure", "图表"),
        "what": ("What", "变化"),
        "cause": ("Cause", "原因"),
        "added": ("added", "新增"),
        "removed": ("removed", "删去"),
        "changed": ("changed", "有改动"),
        "colon": (": ", "："),
    }
    return {key: zh if lang == "zh" else en for key, (en, zh) in pairs.items()}
