"""The styles and the numbering of our DOCX documents."""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor

CLAUSE = "Clause"
CLAUSE_ITEM = "Clauseitem"
NOTE = "Guidance"
SIGN_LABEL = "Signaturelabel"
TABLE_TEXT = "Tabletext"
SMALL_TEXT = "Smalltabletext"
TABLE_STYLE = "CrossbenchTable"

_FONT = "Arial"
_ACCENT = "1B3F66"
_SOFT = "4A5159"
_LINE = "B5BAC0"
_NUMBERING_ID = 77

# Levels: a clause's heading, its terms, the lettered items of a term.
_NUMBERING = f"""
<w:abstractNum {nsdecls("w")} w:abstractNumId="{_NUMBERING_ID}">
  <w:multiLevelType w:val="multilevel"/>
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Heading1"/>
    <w:lvlText w:val="%1."/><w:lvlJc w:val="left"/>
    <w:pPr><w:ind w:left="680" w:hanging="680"/></w:pPr></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:pStyle w:val="Clause"/>
    <w:lvlText w:val="%1.%2"/><w:lvlJc w:val="left"/>
    <w:pPr><w:ind w:left="680" w:hanging="680"/></w:pPr></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/>
    <w:pStyle w:val="Clauseitem"/>
    <w:lvlText w:val="(%3)"/><w:lvlJc w:val="left"/>
    <w:pPr><w:ind w:left="1247" w:hanging="567"/></w:pPr></w:lvl>
</w:abstractNum>
"""

_TABLE = f"""
<w:style {nsdecls("w")} w:type="table" w:customStyle="1" w:styleId="{TABLE_STYLE}">
  <w:name w:val="Crossbench Table"/><w:basedOn w:val="TableNormal"/><w:uiPriority w:val="59"/>
  <w:qFormat/>
  <w:pPr><w:spacing w:before="40" w:after="40" w:line="240" w:lineRule="auto"/></w:pPr>
  <w:rPr><w:sz w:val="18"/></w:rPr>
  <w:tblPr><w:tblBorders>
    <w:bottom w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/>
    <w:insideH w:val="single" w:sz="4" w:space="0" w:color="{_LINE}"/>
  </w:tblBorders><w:tblCellMar><w:left w:w="70" w:type="dxa"/><w:right w:w="70" w:type="dxa"/>
  </w:tblCellMar></w:tblPr>
  <w:tblStylePr w:type="firstRow"><w:rPr><w:b/></w:rPr>
    <w:tcPr><w:tcBorders>
      <w:bottom w:val="single" w:sz="8" w:space="0" w:color="{_ACCENT}"/>
    </w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>
  <w:tblStylePr w:type="lastRow"><w:rPr><w:b/></w:rPr>
    <w:tcPr><w:tcBorders>
      <w:top w:val="single" w:sz="8" w:space="0" w:color="{_ACCENT}"/>
    </w:tcBorders><w:shd w:val="clear" w:color="auto" w:fill="EEF2F6"/></w:tcPr></w:tblStylePr>
  <w:tblStylePr w:type="firstCol"><w:rPr><w:b/></w:rPr></w:tblStylePr>
</w:style>
"""


def set_up(word: Any) -> None:
    """Give a new Word document our styles, numbering and language."""
    _fonts(word)
    _numbering(word)
    _headings(word)
    _own_styles(word)
    word.styles.element.append(parse_xml(_TABLE))


def _fonts(word: Any) -> None:
    """Set one plain font everywhere and British English as the language of all text."""
    defaults = word.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault"))
    properties = defaults.find(qn("w:rPr"))
    language = properties.find(qn("w:lang"))
    for name in ("val", "eastAsia"):
        language.set(qn(f"w:{name}"), "en-GB")
    word.settings.element.find(qn("w:themeFontLang")).set(qn("w:val"), "en-GB")
    normal = word.styles["Normal"]
    normal.font.size = Pt(10.5)
    normal.paragraph_format.space_after = Pt(6)
    for name in ("Normal", "Title", "Subtitle", "Heading 1", "Heading 2", "Caption"):
        _plain(word.styles[name])


def _plain(style: Any) -> None:
    """Set the font of a style for every kind of script, without the theme's."""
    style.font.name = _FONT
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{name}"), _FONT)


def _numbering(word: Any) -> None:
    """Add the list that numbers headings, terms and items."""
    numbering = word.part.numbering_part.element
    numbering.insert(0, parse_xml(_NUMBERING))
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{_NUMBERING_ID}">'
            f'<w:abstractNumId w:val="{_NUMBERING_ID}"/></w:num>'
        )
    )


def _in_list(style: Any, level: int) -> None:
    """Let a style take its number from the list."""
    numbering = style.element.get_or_add_pPr().get_or_add_numPr()
    numbering.get_or_add_ilvl().val = level
    numbering.get_or_add_numId().val = _NUMBERING_ID


def _headings(word: Any) -> None:
    """Set the title, headings and captions."""
    sizes = {"Title": 22, "Subtitle": 12, "Heading 1": 13, "Heading 2": 11, "Caption": 10}
    for name, size in sizes.items():
        style = word.styles[name]
        style.font.size = Pt(size)
        style.font.italic = False
        style.font.bold = name != "Subtitle"
        colour = _SOFT if name == "Subtitle" else "1B1B1B" if name == "Caption" else _ACCENT
        style.font.color.rgb = RGBColor.from_string(colour)
        style.paragraph_format.keep_with_next = True
    _unruled(word.styles["Title"])
    word.styles["Heading 1"].paragraph_format.space_before = Pt(16)
    word.styles["Heading 1"].paragraph_format.space_after = Pt(6)
    word.styles["Heading 2"].paragraph_format.space_before = Pt(10)
    word.styles["Caption"].paragraph_format.space_before = Pt(8)
    word.styles["Caption"].paragraph_format.space_after = Pt(3)
    _in_list(word.styles["Heading 1"], 0)


def _unruled(style: Any) -> None:
    """Take the rule from under the title."""
    properties = style.element.get_or_add_pPr()
    for border in properties.findall(qn("w:pBdr")):
        properties.remove(border)


def _own_styles(word: Any) -> None:
    """Add the styles of terms, items, guidance, table text and signature labels."""
    for name, level in (("Clause", 1), ("Clause item", 2)):
        _in_list(_new_style(word, name), level)
    note = _new_style(word, "Guidance")
    note.paragraph_format.left_indent = Mm(4)
    note.font.color.rgb = RGBColor.from_string(_SOFT)
    for name, size in (("Table text", 9), ("Small table text", 7.5), ("Signature label", 9)):
        style = _new_style(word, name)
        style.font.size = Pt(size)
        style.paragraph_format.space_before = Pt(1.5)
        style.paragraph_format.space_after = Pt(1.5)
        style.paragraph_format.keep_with_next = name == "Signature label"
    for name in ("Header", "Footer"):
        style = word.styles[name]
        style.font.size = Pt(8)
        style.font.color.rgb = RGBColor.from_string(_SOFT)
        for tabs in style.element.get_or_add_pPr().findall(qn("w:tabs")):
            style.element.pPr.remove(tabs)


def _new_style(word: Any, name: str) -> Any:
    """Add a paragraph style; its id is its name without the blanks."""
    style = word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = word.styles["Normal"]
    style.quick_style = True
    return style
