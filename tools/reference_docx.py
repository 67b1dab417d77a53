"""Make templates/commun/reference.docx, the Word styles of every act.

    python tools/reference_docx.py [OUTPUT.docx]

The document is for `pandoc --reference-doc`: pandoc keeps its styles, numbering below 990, fonts, theme, page, headers
and footers, and drops its body (a catalogue of the styles, for whoever opens the file to restyle it in Word).
To change how acts look, change STYLES below and run this again, then look at the pages. The same source gives the same
bytes: no clock, no user name, fixed zip dates.

Lengths are in twips (1 cm = 567), font sizes in points. Colours are theme colours, so Word's « Couleurs » changes the
accent everywhere; the font is the theme font, so « Polices » does the same.
"""

import sys
import zipfile
from pathlib import Path

from lxml import etree

OUTPUT = Path(__file__).resolve().parent.parent / "templates/commun/reference.docx"
FONT, FALLBACKS = "Cambria", "Caladea,Libertinus Serif,Georgia"
LANG = "fr-FR"
CM = 567
PAGE_WIDTH, PAGE_HEIGHT = 11906, 16838
TOP, RIGHT, BOTTOM, LEFT = 1474, 1417, 1361, 1814
TEXT_WIDTH = PAGE_WIDTH - LEFT - RIGHT
FLOAT_WIDTH = TEXT_WIDTH - 15  # LibreOffice floats a table (the contents, at the foot of the cover) only if narrower

# value and theme slot: Word reads the slot, everyone else the value
ACCENT = 'w:{}="7A2338" w:themeColor="accent1"'
PALE = 'w:{}="BD919C" w:themeColor="accent1" w:themeTint="80"'
GREY = 'w:{}="8A8A8A" w:themeColor="accent2"'
RULE = 'w:{}="BFBFBF"'
BLACK = 'w:{}="000000" w:themeColor="text1"'

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
OFFICE = "application/vnd.openxmlformats-officedocument"
HEAD = f'xmlns:w="{W}" xmlns:r="{R}"'


def edge(side, colour, size=4, space=1):
    """One border; size in eighths of a point, space in points."""
    return f'<w:{side} w:val="single" w:sz="{size}" w:space="{space}" {colour.format("color")}/>'


def switch(name, value):
    """An on/off property: absent, on, or explicitly off."""
    return "" if value is None else f"<w:{name}/>" if value else f'<w:{name} w:val="0"/>'


def run_properties(
    bold=None, italic=None, caps=None, small_caps=None, colour=None, tracking=None, size=None,
    underline=None, fill=None, vertical=None, font=None,
):  # fmt: skip
    """The content of w:rPr, in schema order."""
    half = None if size is None else round(size * 2)
    parts = [
        f'<w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/>' if font else "",
        switch("b", bold), switch("bCs", bold), switch("i", italic), switch("iCs", italic),
        switch("caps", caps), switch("smallCaps", small_caps),
        f"<w:color {colour.format('val')}/>" if colour else "",
        "" if tracking is None else f'<w:spacing w:val="{tracking}"/>',
        "" if half is None else f'<w:sz w:val="{half}"/><w:szCs w:val="{half}"/>',
        f'<w:u w:val="{underline}"/>' if underline else "",
        f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else "",
        f'<w:vertAlign w:val="{vertical}"/>' if vertical else "",
    ]  # fmt: skip
    return "".join(parts)


def paragraph_properties(
    keep_next=None, keep_lines=None, page_break=None, list_=None, borders=None, fill=None, tabs=None,
    no_hyphens=None, before=None, after=None, line=None, exact=None, left=None, right=None, first=None, hanging=None,
    contextual=None, align=None, outline=None,
):  # fmt: skip
    """The content of w:pPr, in schema order."""
    spacing = {"before": before, "after": after, "line": line or exact}
    spacing = "".join(f' w:{k}="{v}"' for k, v in spacing.items() if v is not None)
    if line or exact:
        spacing += f' w:lineRule="{"exact" if exact else "auto"}"'
    indent = {"left": left, "right": right, "firstLine": first, "hanging": hanging}
    indent = "".join(f' w:{k}="{v}"' for k, v in indent.items() if v is not None)
    number = ""
    if list_ is not None:
        list_id, depth = list_
        number = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{list_id}"/></w:numPr>'
    parts = [
        switch("keepNext", keep_next), switch("keepLines", keep_lines), switch("pageBreakBefore", page_break),
        number,
        f"<w:pBdr>{borders}</w:pBdr>" if borders else "",
        f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else "",
        f"<w:tabs>{tabs}</w:tabs>" if tabs else "",
        switch("suppressAutoHyphens", no_hyphens),
        f"<w:spacing{spacing}/>" if spacing else "",
        f"<w:ind{indent}/>" if indent else "",
        switch("contextualSpacing", contextual),
        f'<w:jc w:val="{align}"/>' if align else "",
        "" if outline is None else f'<w:outlineLvl w:val="{outline}"/>',
    ]  # fmt: skip
    return "".join(parts)


RUN_KEYS = {"bold", "italic", "caps", "small_caps", "colour", "tracking", "size", "underline", "vertical", "font"}
BUILT_IN = {  # Word's own, shown under their French names by a French Word; the rest is ours or pandoc's
    "Normal", "BodyText", "Title", "Subtitle", "Date", "BlockText", "Quote", "FootnoteText", "FootnoteReference",
    "Hyperlink", "Caption", "Header", "Footer", "Signature", "Bibliography", "TOCHeading", "TOC1", "TOC2", "TOC3",
    "DefaultParagraphFont", *(f"Heading{n}" for n in range(1, 10)),
}  # fmt: skip
shown = 0


def style(style_id, name, based="BodyText", kind="paragraph", next_=None, hidden=False, default=False, **properties):
    """One w:style. Shown styles take their rank in Word's gallery from their rank in STYLES."""
    global shown
    shown += not hidden
    of_run = RUN_KEYS | {"fill"} if kind == "character" else RUN_KEYS
    run = run_properties(**{k: v for k, v in properties.items() if k in of_run})
    paragraph = paragraph_properties(**{k: v for k, v in properties.items() if k not in of_run})
    rank = "99" if hidden else str(shown)
    parts = [
        f'<w:style w:type="{kind}"', ' w:default="1"' * default, ' w:customStyle="1"' * (style_id not in BUILT_IN),
        f' w:styleId="{style_id}"><w:name w:val="{name}"/>',
        f'<w:basedOn w:val="{based}"/>' if based else "",
        f'<w:next w:val="{next_}"/>' if next_ else "",
        f'<w:uiPriority w:val="{rank}"/>', "<w:semiHidden/><w:unhideWhenUsed/>" if hidden else "<w:qFormat/>",
        f"<w:pPr>{paragraph}</w:pPr>" if paragraph else "",
        f"<w:rPr>{run}</w:rPr>" if run else "",
        "</w:style>",
    ]  # fmt: skip
    return "".join(parts)


def character(style_id, name, **properties):
    return style(style_id, name, "DefaultParagraphFont", kind="character", **properties)


def heading(level, **properties):
    outline = {"keep_next": True, "keep_lines": True, "no_hyphens": True, "align": "left", "outline": level - 1}
    return style(f"Heading{level}", f"heading {level}", "Normal", next_="BodyText", **outline, **properties)


def toc(level, **properties):
    # no right indent: LibreOffice would drop the page number
    tab = f'<w:tab w:val="right" w:leader="dot" w:pos="{FLOAT_WIDTH}"/>'
    size = {"size": 9.5, "before": 10, "after": 10, "line": 264}
    return style(f"TOC{level}", f"toc {level}", "Normal", next_="Normal", tabs=tab, **size, **LEFT_TEXT, **properties)


def table_style(style_id, name, borders, head="", margin=57, text=""):
    """An open table: rules, then the look of its first row."""
    return f"""<w:style w:type="table" w:customStyle="1" w:styleId="{style_id}"><w:name w:val="{name}"/>
      <w:basedOn w:val="TableNormal"/><w:uiPriority w:val="60"/><w:qFormat/>{text}
      <w:tblPr><w:tblBorders>{borders}</w:tblBorders><w:tblCellMar>
        <w:top w:w="{margin // 2}" w:type="dxa"/><w:left w:w="{margin}" w:type="dxa"/>
        <w:bottom w:w="{margin // 2}" w:type="dxa"/><w:right w:w="{margin}" w:type="dxa"/></w:tblCellMar></w:tblPr>
      <w:trPr><w:cantSplit/></w:trPr>{head}</w:style>"""


OPEN = edge("top", BLACK, 8, 0) + edge("bottom", BLACK, 8, 0)
OPEN_HEAD = f"""<w:tblStylePr w:type="firstRow"><w:rPr><w:b/><w:bCs/></w:rPr><w:trPr><w:tblHeader/></w:trPr>
  <w:tcPr><w:tcBorders>{edge("bottom", BLACK, 4, 0)}</w:tcBorders><w:vAlign w:val="bottom"/></w:tcPr></w:tblStylePr>"""
OPEN_TEXT = """<w:pPr><w:spacing w:before="0" w:after="0" w:line="252" w:lineRule="auto"/><w:jc w:val="left"/></w:pPr>
  <w:rPr><w:sz w:val="19"/><w:szCs w:val="19"/></w:rPr>"""
TITLE_RULES = edge("top", ACCENT, 6, 20) + edge("bottom", ACCENT, 6, 16)
TITLE_INDENT = {"left": int(1.5 * CM), "right": int(1.5 * CM)}
CENTRED = {"align": "center", "no_hyphens": True}
LEFT_TEXT = {"align": "left", "no_hyphens": True}
QUOTATION = {"size": 10.5, "left": 454, "right": 454, "before": 60, "after": 140, "first": 0, "line": 276,
             "borders": edge("left", PALE, 12, 21)}  # fmt: skip
MONO = "Consolas"

STYLES = [
    # text
    style("Normal", "Normal", None, default=True),
    style("BodyText", "Body Text", "Normal", before=45, after=110),
    style("FirstParagraph", "First Paragraph", next_="BodyText"),
    style("ParagrapheNumerote", "Paragraphe numéroté", list_=(2, 0), before=45, after=45),
    style("ParagrapheNumeroteLie", "Paragraphe numéroté lié", "ParagrapheNumerote", next_="BlockText", keep_next=True),
    style("BlockText", "Block Text", next_="BodyText", **QUOTATION),
    style("Quote", "Quote", "BlockText", next_="BodyText"),
    style("Compact", "Compact", "Normal", before=20, after=20),
    # headings
    heading(1, list_=(1, 0), bold=True, small_caps=True, size=14, tracking=6, before=440, after=120, line=264),
    heading(2, list_=(1, 1), bold=True, size=12.5, before=280, after=80, line=264),
    heading(3, list_=(1, 2), italic=True, size=11.5, before=160, after=30, line=276),
    heading(4, list_=(1, 3), italic=True, size=11, before=110, after=20, line=276),
    *(heading(n, italic=True, size=10.5, before=120, after=40, hidden=True) for n in range(5, 10)),
    style("TitreSansNumero", "Titre sans numéro", "Heading1", next_="BodyText", list_=(0, 0), outline=0),
    # cover
    style("CouvertureJuridiction", "Couverture juridiction", "Normal", caps=True, tracking=16, size=13, before=240,
          after=60, line=264, **CENTRED),
    style("CouvertureMention", "Couverture mention", "Normal", colour=GREY, size=10.5, after=40, **CENTRED),
    style("CouvertureTitre", "Couverture titre", "Normal", next_="CouvertureSousTitre", bold=True, size=22,
          before=1300, after=200, line=264, borders=TITLE_RULES, keep_next=True, **TITLE_INDENT, **CENTRED),
    style("CouvertureSousTitre", "Couverture sous-titre", "Normal", size=11.5, before=0, after=840,
          borders=TITLE_RULES, **TITLE_INDENT, **CENTRED),
    style("CouvertureLabel", "Couverture label", "Normal", caps=True, colour=ACCENT, size=9, tracking=16,
          before=30, keep_next=True, **LEFT_TEXT),
    style("CouverturePartie", "Couverture partie", "Normal", bold=True, size=12, after=20, keep_next=True, **LEFT_TEXT),
    style("CouvertureIdentite", "Couverture identité", "Normal", size=10.5, after=20, line=276),
    style("CouvertureRole", "Couverture rôle", "Normal", italic=True, colour=GREY, size=9.5, after=300, **LEFT_TEXT),
    style("SommaireTitre", "Sommaire titre", "Normal", bold=True, size=10, before=40, after=40, keep_next=True,
          **LEFT_TEXT),
    toc(1),
    toc(2, left=284),
    toc(3, left=568, italic=True),
    style("TOCHeading", "TOC Heading", "TitreSansNumero", next_="BodyText", outline=9),
    style("NouvellePage", "Nouvelle page", "Normal", page_break=True, size=1, before=0, after=0, exact=20),
    # letter
    style("LettreExpediteur", "Lettre expéditeur", "Normal", right=TEXT_WIDTH * 2 // 5, before=0, after=480, line=264,
          **LEFT_TEXT),
    style("LettreDestinataire", (
        "Lettre destinataire"
    ), "Normal", left=TEXT_WIDTH // 2 + 170, before=0, after=360, line=264,
          **LEFT_TEXT),
    style("LettreDate", "Lettre date", "LettreDestinataire", next_="LettreObjet", after=480),
    style("LettreObjet", "Lettre objet", "Normal", next_="BodyText", bold=True, before=0, after=280, keep_next=True,
          **LEFT_TEXT),
    # end of the act
    style("Formule", "Formule", next_="BodyText", bold=True, small_caps=True, tracking=10, size=12, before=280,
          after=200, keep_next=True, **CENTRED),
    style("Conclusion", "Conclusion", left=CM, before=45, after=45),
    style("DerniereConclusion", "Dernière conclusion", "Conclusion", keep_next=True),
    style("ConclusionNumerotee", "Conclusion numérotée", "Conclusion", list_=(3, 0)),
    style((
        "Signature"
    ), "Signature", left=TEXT_WIDTH // 2, before=120, after=60, keep_next=True, keep_lines=True, **LEFT_TEXT),
    style("Mention", "Mention", "Normal", colour=GREY, size=9, before=60, after=60, **CENTRED),
    style("Alerte", "Alerte", "Normal", colour=ACCENT, size=10, before=120, after=160, left=142, right=142,
          line=264, fill="FAF3F4", keep_lines=True,
          borders="".join(edge(s, PALE, 4, 6) for s in ("top", "left", "bottom", "right")), **LEFT_TEXT),
    style("TableTexte", "Table texte", "Normal", size=9.5, before=0, after=0, line=252, **LEFT_TEXT),
    style("TableGroupe", "Table groupe", "Normal", bold=True, size=10.5, colour=ACCENT, before=200, after=60,
          keep_next=True, **LEFT_TEXT),
    style("TableSource", "Table source", "Normal", size=10, before=40, after=40, left=624, hanging=340, line=252,
          **LEFT_TEXT),
    # mandate form
    style("FormulaireTitre", "Formulaire titre", "Normal", bold=True, size=15, before=0, after=120, keep_next=True,
          page_break=True,
          **CENTRED),
    style("FormulaireSection", "Formulaire section", "Normal", bold=True, size=10, colour=ACCENT, before=90, after=10,
          keep_next=True, **LEFT_TEXT),
    style("FormulaireTexte", "Formulaire texte", "Normal", size=9.5, before=0, after=20, line=240),
    style("FormulaireChamp", "Formulaire champ", "FormulaireTexte", before=60, after=60,
          tabs=f'<w:tab w:val="right" w:leader="dot" w:pos="{TEXT_WIDTH}"/>', **LEFT_TEXT),
    style("FormulaireSignature", "Formulaire signature", "FormulaireChamp", after=640),
    style("FormulaireNotice", "Formulaire notice", "FormulaireTexte", size=10.5, after=120, line=260),
    style("FormulaireCase", "Formulaire case", "FormulaireTexte", left=397, hanging=397, align="left"),
    # inside the text
    character("Blanc", "Blanc", colour='w:{}="8B0000"', fill="FFF200"),  # Word styles hold no w:highlight
    character("AppelPiece", "Appel pièce"),
    character("Specimen", "Spécimen", bold=True, colour=ACCENT),
    # notes, header, footer
    style("FootnoteText", "footnote text", "Normal", size=9, before=0, after=20, line=252),
    style("FootnoteBlockText", "Footnote Block Text", "FootnoteText", left=284, hidden=True),
    character("FootnoteReference", "footnote reference", vertical="superscript"),
    character("Hyperlink", "Hyperlink", colour=BLACK, underline="none"),
    style("Header", "header", "Normal", colour=GREY, size=8.5, line=240, borders=edge("bottom", RULE, 4, 2),
          tabs=f'<w:tab w:val="right" w:pos="{TEXT_WIDTH}"/>', **LEFT_TEXT),
    style("EntetePremiere", "En-tête première page", "Header", borders='<w:bottom w:val="nil"/>', align="right"),
    style("Footer", "footer", "Normal", colour=GREY, size=8.5, line=240, **CENTRED),
    # what pandoc can also write
    style("Title", "Title", "CouvertureTitre", next_="BodyText"),
    style("Subtitle", "Subtitle", "CouvertureSousTitre", next_="BodyText"),
    style("Author", "Author", "CouvertureMention", hidden=True),
    style("Date", "Date", "CouvertureMention", hidden=True),
    style("AbstractTitle", "Abstract Title", "SommaireTitre", next_="Abstract", hidden=True),
    style("Abstract", "Abstract", next_="BodyText", hidden=True, size=10.5),
    style("Bibliography", "Bibliography", hidden=True, left=284, hanging=284),
    style("DefinitionTerm", "Definition Term", next_="Definition", hidden=True, bold=True, keep_next=True, after=0),
    style("Definition", "Definition", hidden=True, left=284),
    style("Caption", "caption", "Normal", italic=True, size=10, before=80, after=80, **LEFT_TEXT),
    style("TableCaption", "Table Caption", "Caption", hidden=True, keep_next=True),
    style("ImageCaption", "Image Caption", "Caption", hidden=True),
    style("Figure", "Figure", "Normal", hidden=True, **CENTRED),
    style("CaptionedFigure", "Captioned Figure", "Figure", hidden=True, keep_next=True),
    style("SourceCode", "Source Code", "Normal", hidden=True, font=MONO, size=9.5, align="left", no_hyphens=True),
    style("DefaultParagraphFont", "Default Paragraph Font", None, kind="character", hidden=True, default=True),
    character("BodyTextChar", "Body Text Char", hidden=True),
    character("VerbatimChar", "Verbatim Char", hidden=True, font=MONO, size=10),
    character("SectionNumber", "Section Number", hidden=True),
    """<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/>
      <w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/><w:tblPr><w:tblInd w:w="0" w:type="dxa"/>
      <w:tblCellMar><w:top w:w="0" w:type="dxa"/><w:left w:w="108" w:type="dxa"/><w:bottom w:w="0" w:type="dxa"/>
      <w:right w:w="108" w:type="dxa"/></w:tblCellMar></w:tblPr></w:style>""",
    table_style("Table", "Table", OPEN, OPEN_HEAD, text=OPEN_TEXT),
    table_style("Bordereau", "Bordereau", OPEN, OPEN_HEAD, text=OPEN_TEXT),
    table_style("CouvertureBloc", "Couverture bloc", '<w:top w:val="nil"/>', margin=0),
    table_style("Encadre", "Encadré", edge("top", RULE, 4, 0) + edge("bottom", RULE, 4, 0), margin=0),
    """<w:style w:type="numbering" w:default="1" w:styleId="NoList"><w:name w:val="No List"/>
      <w:uiPriority w:val="99"/><w:semiHidden/><w:unhideWhenUsed/></w:style>""",
]  # fmt: skip


def styles():
    fonts = "".join(f' w:{a}="{FONT}" w:{a}Theme="minor{t}"' for a, t in
                    (("ascii", "HAnsi"), ("eastAsia", "EastAsia"), ("hAnsi", "HAnsi")))  # fmt: skip
    return f"""<w:styles {HEAD}><w:docDefaults>
      <w:rPrDefault><w:rPr><w:rFonts{fonts} w:cs="{FONT}" w:cstheme="minorBidi"/><w:sz w:val="23"/><w:szCs w:val="23"/>
        <w:lang w:val="{LANG}" w:eastAsia="{LANG}" w:bidi="ar-SA"/></w:rPr></w:rPrDefault>
      <w:pPrDefault><w:pPr><w:widowControl/><w:spacing w:after="0" w:line="288" w:lineRule="auto"/><w:jc w:val="both"/>
        </w:pPr></w:pPrDefault></w:docDefaults>
      <w:latentStyles w:defLockedState="0" w:defUIPriority="99" w:defSemiHidden="0" w:defUnhideWhenUsed="0"
        w:defQFormat="0" w:count="376"/>{"".join(STYLES)}</w:styles>"""


def level(depth, form, text, linked, suffix="space", indent='w:left="0" w:firstLine="0"', run=""):
    parts = [
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>',
        f'<w:pStyle w:val="{linked}"/>' if linked else "",
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/><w:pPr><w:ind {indent}/></w:pPr>',
        f"<w:rPr>{run}</w:rPr></w:lvl>" if run else "</w:lvl>",
    ]
    return "".join(parts)


def numbering():
    """Headings, paragraphs, prayers. Pandoc adds its own lists from 990 up."""
    outline = [("upperRoman", "%1."), ("upperLetter", "%2."), ("decimal", "%3."), ("lowerLetter", "%4)")]
    levels = "".join(level(n, form, text, f"Heading{n + 1}") for n, (form, text) in enumerate(outline))
    levels += "".join(level(n, "none", "", None, "nothing") for n in range(4, 9))
    plain = run_properties(bold=False, italic=False, caps=False, small_caps=False, colour=GREY, size=8.5)
    lists = [
        ("multilevel", levels),
        ("singleLevel", level(0, "decimal", "%1", "ParagrapheNumerote", "tab", f'w:left="0" w:hanging="{CM}"', plain)),
        ("singleLevel", level(0, "decimal", "%1°)", "ConclusionNumerotee", indent=f'w:left="{CM}" w:firstLine="0"')),
    ]
    abstract = "".join(
        f'<w:abstractNum w:abstractNumId="{n}"><w:nsid w:val="4D414E{n:02X}"/><w:multiLevelType w:val="{kind}"/>'
        f'<w:tmpl w:val="4D414F{n:02X}"/>{body}</w:abstractNum>'
        for n, (kind, body) in enumerate(lists, 1)
    )
    nums = "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in range(1, len(lists) + 1))
    return f"<w:numbering {HEAD}>{abstract}{nums}</w:numbering>"


def settings():
    compat = {"compatibilityMode": 15, "overrideTableStyleFontSizeAndJustification": 1, "enableOpenTypeFeatures": 1,
              "doNotFlipMirrorIndents": 1, "differentiateMultirowTableHeaders": 1}  # fmt: skip
    compat = "".join(
        f'<w:compatSetting w:name="{k}" w:uri="http://schemas.microsoft.com/office/word" w:val="{v}"/>'
        for k, v in compat.items()
    )
    slots = {"bg1": "light1", "t1": "dark1", "bg2": "light2", "t2": "dark2"}
    slots |= {k: k for k in [*(f"accent{n}" for n in range(1, 7)), "hyperlink", "followedHyperlink"]}
    slots = "".join(f' w:{k}="{v}"' for k, v in slots.items())
    return f"""<w:settings {HEAD}><w:zoom w:percent="100"/><w:defaultTabStop w:val="709"/><w:autoHyphenation/>
      <w:consecutiveHyphenLimit w:val="2"/><w:hyphenationZone w:val="284"/><w:doNotHyphenateCaps/>
      <w:characterSpacingControl w:val="doNotCompress"/>
      <w:footnotePr><w:footnote w:id="-1"/><w:footnote w:id="0"/></w:footnotePr><w:compat>{compat}</w:compat>
      <w:themeFontLang w:val="{LANG}"/><w:clrSchemeMapping{slots}/>
      <w:decimalSymbol w:val=","/><w:listSeparator w:val=";"/></w:settings>"""


def font_table():
    rows = [
        (FONT, FALLBACKS, "02040503050406030204", "roman", "variable"),
        (MONO, "Inconsolata,Courier New", "020B0609020204030204", "modern", "fixed"),
    ]
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{fallbacks}"/><w:panose1 w:val="{panose}"/><w:charset w:val="00"/>'
        f'<w:family w:val="{family}"/><w:pitch w:val="{pitch}"/></w:font>'
        for name, fallbacks, panose, family, pitch in rows
    )
    return f"<w:fonts {HEAD}>{fonts}</w:fonts>"


def theme():
    colours = {
        "dk2": "1A1A1A", "lt2": "F5F2F2", "accent1": "7A2338", "accent2": "8A8A8A", "accent3": "BD919C",
        "accent4": "BFBFBF", "accent5": "4A4A4A", "accent6": "A8323E", "hlink": "000000", "folHlink": "000000",
    }  # fmt: skip
    colours = "".join(f'<a:{k}><a:srgbClr val="{v}"/></a:{k}>' for k, v in colours.items())
    font = f'<a:latin typeface="{FONT}"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    line = "".join(f'<a:ln w="{w}">{fill}</a:ln>' for w in (6350, 12700, 19050))
    effect = "<a:effectStyle><a:effectLst/></a:effectStyle>"
    return f"""<a:theme xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" name="Mandats"><a:themeElements>
      <a:clrScheme name="Mandats"><a:dk1><a:sysClr val="windowText" lastClr="000000"/></a:dk1>
        <a:lt1><a:sysClr val="window" lastClr="FFFFFF"/></a:lt1>{colours}</a:clrScheme>
      <a:fontScheme name="Mandats"><a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont></a:fontScheme>
      <a:fmtScheme name="Mandats"><a:fillStyleLst>{fill * 3}</a:fillStyleLst><a:lnStyleLst>{line}</a:lnStyleLst>
        <a:effectStyleLst>{effect * 3}</a:effectStyleLst><a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme>
      </a:themeElements></a:theme>"""


def text(words, run_style=""):
    properties = f'<w:rPr><w:rStyle w:val="{run_style}"/></w:rPr>' if run_style else ""
    return f'<w:r>{properties}<w:t xml:space="preserve">{words}</w:t></w:r>'


def paragraph(style_id, content):
    return f'<w:p><w:pPr><w:pStyle w:val="{style_id}"/></w:pPr>{content}</w:p>'


def field(code):
    begin, separate, end = (f'<w:r><w:fldChar w:fldCharType="{k}"/></w:r>' for k in ("begin", "separate", "end"))
    return f'{begin}<w:r><w:instrText xml:space="preserve"> {code} </w:instrText></w:r>{separate}{text("1")}{end}'


HEADER = paragraph("Header", text("{{ENTETE_GAUCHE}}") + "<w:r><w:tab/></w:r>" + text("{{ENTETE_DROITE}}", "Specimen"))
FIRST_HEADER = paragraph("EntetePremiere", text("{{ENTETE_DROITE}}", "Specimen"))
FOOTER = paragraph("Footer", field("PAGE") + text(" / ") + field("NUMPAGES"))


def footnotes():
    """The two separators Word wants; pandoc writes its own."""
    plain = '<w:pPr><w:spacing w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="left"/></w:pPr>'
    notes = "".join(
        f'<w:footnote w:type="{mark}" w:id="{n}"><w:p>{plain}<w:r><w:{mark}/></w:r></w:p></w:footnote>'
        for n, mark in ((-1, "separator"), (0, "continuationSeparator"))
    )
    return f"<w:footnotes {HEAD}>{notes}</w:footnotes>"


def shown_in(kind, style_id, name):
    """A line, or a table of two rows, in one style."""
    if kind == "paragraph":
        return paragraph(style_id, text(name))
    if kind == "character":
        return paragraph("BodyText", f'<w:r><w:rPr><w:rStyle w:val="{style_id}"/></w:rPr><w:t>{name}</w:t></w:r>')
    width = f'w:w="{TEXT_WIDTH}"'
    row = (
        f'<w:tr><w:tc><w:tcPr><w:tcW {width} w:type="dxa"/></w:tcPr>{paragraph("TableTexte", text(name))}</w:tc></w:tr>'
    )
    return f"""<w:tbl><w:tblPr><w:tblStyle w:val="{style_id}"/><w:tblW {width} w:type="dxa"/>
      <w:tblLook w:val="0020" w:firstRow="1"/></w:tblPr><w:tblGrid><w:gridCol {width}/></w:tblGrid>{row}{row}</w:tbl>
      {paragraph("BodyText", "")}"""


def catalogue():
    """Each visible style, shown in itself; then the page."""
    body = ""
    for element in etree.fromstring(f"<all {HEAD}>{''.join(STYLES)}</all>"):
        kind, style_id = element.get(f"{{{W}}}type"), element.get(f"{{{W}}}styleId")
        if element.find(f"{{{W}}}semiHidden") is None and style_id != "NouvellePage":
            body += shown_in(kind, style_id, element.find(f"{{{W}}}name").get(f"{{{W}}}val"))
    kinds = [("header", "default", 11), ("header", "first", 12), ("footer", "default", 13), ("footer", "first", 14)]
    ends = "".join(f'<w:{end}Reference w:type="{which}" r:id="rId{n}"/>' for end, which, n in kinds)
    page = f"""<w:sectPr>{ends}<w:pgSz w:w="{PAGE_WIDTH}" w:h="{PAGE_HEIGHT}"/>
      <w:pgMar w:top="{TOP}" w:right="{RIGHT}" w:bottom="{BOTTOM}" w:left="{LEFT}" w:header="850" w:footer="737"
        w:gutter="0"/><w:cols w:space="708"/><w:titlePg/></w:sectPr>"""
    return f"<w:document {HEAD}><w:body>{body}{page}</w:body></w:document>"


def relationships(rows):
    rows = "".join(f'<Relationship Id="{i}" Type="{t}" Target="{target}"/>' for i, t, target in rows)
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rows}</Relationships>'


def parts():
    """Path in the package, content type, content."""
    word = f"{OFFICE}.wordprocessingml"
    main = [
        ("rId1", "styles", "styles.xml", styles()), ("rId2", "numbering", "numbering.xml", numbering()),
        ("rId3", "settings", "settings.xml", settings()), ("rId4", "fontTable", "fontTable.xml", font_table()),
        ("rId5", "theme", "theme/theme1.xml", theme()), ("rId6", "footnotes", "footnotes.xml", footnotes()),
        ("rId11", "header", "header1.xml", f"<w:hdr {HEAD}>{HEADER}</w:hdr>"),
        ("rId12", "header", "header2.xml", f"<w:hdr {HEAD}>{FIRST_HEADER}</w:hdr>"),
        ("rId13", "footer", "footer1.xml", f"<w:ftr {HEAD}>{FOOTER}</w:ftr>"),
        ("rId14", "footer", "footer2.xml", f"<w:ftr {HEAD}>{FOOTER}</w:ftr>"),
    ]  # fmt: skip
    # fixed dates and no author: the file says nothing of when, or by whom, it was made
    dates = "".join(
        f'<dcterms:{k} xsi:type="dcterms:W3CDTF">2024-01-01T00:00:00Z</dcterms:{k}>' for k in ("created", "modified")
    )
    metadata = "http://schemas.openxmlformats.org/package/2006/"
    core = f"""<cp:coreProperties xmlns:cp="{metadata}metadata/core-properties"
      xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
      xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>Modèle de mise en page</dc:title><dc:creator/>
      <dc:language>{LANG}</dc:language>{dates}</cp:coreProperties>"""
    app = f'<Properties xmlns="{R.replace("relationships", "extended-properties")}"><Application>mandats</Application>'
    yield "_rels/.rels", None, relationships([
        ("rId1", f"{R}/officeDocument", "word/document.xml"),
        ("rId2", f"{metadata}relationships/metadata/core-properties", "docProps/core.xml"),
        ("rId3", f"{R}/extended-properties", "docProps/app.xml"),
    ])  # fmt: skip
    yield "docProps/core.xml", "application/vnd.openxmlformats-package.core-properties+xml", core
    yield "docProps/app.xml", f"{OFFICE}.extended-properties+xml", app + "</Properties>"
    yield "word/document.xml", f"{word}.document.main+xml", catalogue()
    yield "word/_rels/document.xml.rels", None, relationships([(i, f"{R}/{kind}", path) for i, kind, path, _ in main])
    for _, kind, path, content in main:
        yield f"word/{path}", f"{OFFICE}.theme+xml" if kind == "theme" else f"{word}.{kind}+xml", content


def write(path):
    package = list(parts())
    types = "".join(f'<Override PartName="/{p}" ContentType="{t}"/>' for p, t, _ in package if t)
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{types}</Types>'
    )
    parser = etree.XMLParser(remove_blank_text=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [("[Content_Types].xml", types)] + [(p, c) for p, _, c in package]:
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o644 << 16
            tree = etree.fromstring(content.encode(), parser)
            archive.writestr(entry, etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT)
