"""What is done to a mandate: the event that it leaves, in full, and each refusal with its reason."""

import json

import pytest

from mandats.registre import Refus, gestes
from mandats.registre.importation import import_roster
from tests.test_registre import CAMPAGNE, NOW, later, one, rules, write_csv
from tests.test_registre import ledger as ledger

START, AFTER = "2026-11-22T09:00:00.000000Z", "2026-11-22T10:00:00.000000Z"
ME = "A. Exemple"


@pytest.fixture
def entered(ledger, tmp_path):
    """Five mandates and a likely duplicate: 1 withdrawn, 2 refused, 3 erased, 4 confirmed, 5 as it came, 6 waiting."""
    rows = [one(i) for i in range(5)] + [one(4, adresse="ailleurs")]
    import_roster(ledger, write_csv(tmp_path / "a.csv", rows), rules(), ME)
    gestes.withdraw(ledger, 1, "2026-11-20", ME, later(seconds=1))
    gestes.withdraw(ledger, 2, None, ME, later(seconds=2), refus=True)
    gestes.withdraw(ledger, 3, None, ME, later(seconds=3))
    gestes.erase(ledger, 3, ME, later(seconds=4))
    gestes.confirm(ledger, 4, "papier", {"instant": "x"}, ME, later(seconds=5))
    return ledger


def written(ledger, since: int = 0) -> list[tuple]:
    """(kind, number, detail) of the events after one, digests left out."""
    hidden = ("empreinte", "fichier", "destinataire", "recherche")
    return [
        (e.genre, e.numero, {k: v for k, v in e.detail.items() if k not in hidden})
        for e in ledger.evenements()
        if e.seq > since
    ]


def test_each_gesture_leaves_its_event(entered):
    kept = {k: v for k, v in CAMPAGNE.items() if k != "destinataire"}
    first = {"preuve": "case-horodatee"}
    assert written(entered) == [
        ("creation", None, {**kept, "version": 1}),
        *(("inscription", n, first) for n in range(1, 6)),
        ("attente", 6, {**first, "proche": [5], "motif": ["courriel", "personne"]}),
        ("import", None, {"lignes": 6, "rejets": 0}),
        ("retrait", 1, {"recu_le": "2026-11-20"}), ("refus", 2, {}), ("retrait", 3, {}),
        ("effacement", 3, {"charges": 1}), ("confirmation", 4, {"preuve": "papier"}),
    ]  # fmt: skip
    assert [(n, state.etat, state.preuve) for n, state in entered.etats()] == [
        (1, "retire", "case-horodatee"), (2, "refuse", "case-horodatee"), (3, "retire", "case-horodatee"),
        (4, "confirme", "papier"), (5, "donne", "case-horodatee"), (6, "attente", "case-horodatee"),
    ]  # fmt: skip
    assert {e.acteur for e in entered.evenements() if e.genre != "creation"} == {ME}
    before = len(written(entered))
    gestes.correct(entered, 5, {"commune": "Lyon", "adresse": ""}, rules(maintenant=later(1)), ME)
    gestes.decide(entered, 6, "distinct", ME, later(2))
    gestes.file_act(entered, "plainte", AFTER, ME, later(3))
    gestes.file_act(entered, "plainte", AFTER, ME, later(4))  # already there
    proof = gestes.purge(entered, ME, later(5))
    assert written(entered, before) == [
        ("correction", 5, {"champs": ["adresse", "commune"]}), ("decision", 6, {"sens": "distinct"}),
        ("depot", None, {"acte": "plainte", "instant": AFTER, "nombre": 2}), ("purge", None, {"charges": 7}),
    ]  # fmt: skip
    assert (proof["campagne"], proof["genre"], proof["charges"]) == ("essai", "purge", 7)
    assert (proof["instant"], proof["tete"]) == ("2026-11-27T09:00:00.000000Z", entered.store_head()[1].hex())
    assert list(entered.verifier(proof["tete"])) == []


@pytest.mark.parametrize(
    ("do", "told"),
    [
        (lambda r: gestes.withdraw(r, 1, None, ME, NOW), r"le mandat n° 1 n'est pas en vigueur \(état : retire\)"),
        (lambda r: gestes.withdraw(r, 2, None, ME, NOW), r"en vigueur \(état : refuse\)"),
        (lambda r: gestes.withdraw(r, 5, "hier", ME, NOW), "date de réception attendue : AAAA-MM-JJ"),
        (lambda r: gestes.correct(r, 1, {}, rules(), ME), r"le mandat n° 1 ne se corrige plus \(état : retire\)"),
        (lambda r: gestes.correct(r, 3, {}, rules(), ME), r"ne se corrige plus"),
        (lambda r: gestes.confirm(r, 6, "papier", {}, ME, NOW), r"n'est pas en vigueur \(état : attente\)"),
        (lambda r: gestes.confirm(r, 4, "eidas", {}, ME, NOW), "le mandat n° 4 a déjà une preuve plus forte"),
        (lambda r: gestes.decide(r, 5, "distinct", ME, NOW), r"n'attend pas de décision \(état : donne\)"),
        (lambda r: gestes.erase(r, 4, ME, NOW), "le mandat n° 4 est en vigueur : retirez-le d'abord"),
        (lambda r: gestes.erase(r, 5, ME, NOW), "le mandat n° 5 est en vigueur"),
        (lambda r: gestes.erase(r, 6, ME, NOW), "le mandat n° 6 est en vigueur"),
        (lambda r: gestes.erase(r, 3, ME, NOW), "rien à effacer : c'est déjà fait"),
        (lambda r: gestes.purge(r, ME, NOW), "la durée de conservation court jusqu'au 2026-11-23"),
        (lambda r: gestes.file_act(r, "x", START, ME, NOW, {"campagne": "autre"}), "vient d'un autre registre"),
        (lambda r: gestes.file_act(r, "x", START, ME, NOW), "les données du mandat n° 3 ont été effacées : la liste"),
        (lambda r: gestes.export_person(r, 7), "pas de mandat n° 7"),
        (lambda r: r.etat("2026-11-22T08:59:59.000000Z"), "à cet instant le registre n'existait pas encore"),
        (lambda r: r.numero_of("7"), "pas de mandat n° 7"),
        (lambda r: r.numero_of("0"), "pas de mandat n° 0"),
        (lambda r: r.numero_of("999999999"), "pas de mandat n° 999999999"),
        (lambda r: r.numero_of("1000000000"), "aucun mandat ne porte ce code"),
        (lambda r: r.numero_of(r.key.code(0)), "aucun mandat ne porte ce code"),
        (lambda r: r.numero_of("²"), "aucun mandat ne porte ce code"),
    ],
)
def test_what_cannot_be_done_is_refused_and_leaves_nothing(do, told, entered):
    before = entered.store_head()
    with pytest.raises(Refus, match=told):
        do(entered)
    assert entered.store_head() == before


def test_a_mandate_is_named_by_its_number_or_its_code(entered):
    assert [entered.numero_of(text) for text in ("1", "6", "05")] == [1, 6, 5]
    assert [entered.numero_of(entered.key.code(n)) for n in range(1, 7)] == [*range(1, 7)]


def test_the_state_announced_must_be_that_of_the_ledger_in_each_part(ledger, tmp_path):
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(0)]), rules(), ME)
    state = ledger.etat()
    for key, value in (("instant", "2026-11-22T09:00:00.000001Z"), ("nombre", 2), ("empreinte", "0")):
        with pytest.raises(Refus, match="une autre liste"):
            gestes.file_act(ledger, "plainte", state["instant"], ME, later(1), {**state, key: value})
    filed = {"acte": "plainte", "instant": state["instant"], "nombre": 1, "empreinte": state["empreinte"]}
    assert gestes.file_act(ledger, "plainte", state["instant"], ME, later(1), state) == filed
    assert gestes.file_act(ledger, "autre", state["instant"], ME, later(2)) == {**filed, "acte": "autre"}
    told = [{"acte": a, "depose_le": at, "instant": state["instant"], "nombre": 1} for a, at in (
        ("plainte", "2026-11-23T09:00:00.000000Z"), ("autre", "2026-11-24T09:00:00.000000Z"),
    )]  # fmt: skip
    assert gestes.withdraw(ledger, 1, None, ME, later(3)) == told


def test_a_person_waiting_is_kept_and_one_settled_or_erased_is_as_said(entered):
    assert [bool(entered.mandant(n)[0]) for n in range(1, 7)] == [True, True, False, True, True, True]
    assert [(m.numero, m.etat) for m in entered.mandants()] == [(4, "confirme"), (5, "donne")]
    assert {state.charge for _, state in entered.etats()} == {None}  # read only when they are asked for
    gestes.decide(entered, 6, "doublon", ME, later(1))
    assert entered.mandant(6)[1].etat == "refuse"


def test_the_data_are_purged_from_their_last_day_on(entered):
    assert gestes.purge(entered, ME, later(1))["charges"] == 6
    with pytest.raises(Refus, match="rien à effacer"):
        gestes.purge(entered, ME, later(2))


def test_evidence_as_strong_is_kept_beside_and_known_again(entered):
    assert gestes.confirm(entered, 4, "papier", {"instant": "y"}, ME, later(1))
    assert not gestes.confirm(entered, 4, "papier", {"instant": "y"}, ME, later(2))
    assert gestes.confirm(entered, 5, "case-horodatee", {"b": 1, "a": 2}, ME, later(1))
    assert not gestes.confirm(entered, 5, "case-horodatee", {"a": 2, "b": 1}, ME, later(1))
    assert gestes.export_person(entered, 5)["evenements"][-1]["donnees"] == {"elements": {"a": 2, "b": 1}}


def test_evidence_of_an_old_ledger_is_known_for_ever(entered):
    digest = entered.key.digest("preuve", "4\0papier\0[('instant', 'x')]")
    assert [n for _, n in entered.store.find("ligne", [digest])] == [4]


def test_a_correction_is_judged_by_what_it_changes(ledger, tmp_path):
    import_roster(ledger, write_csv(tmp_path / "a.csv", [one(0), one(1)]), rules(), ME)
    before = next(ledger.mandants())
    for changes, faults in (
        ({"commune": ""}, ["commune"]), ({"nom": " "}, ["nom"]), ({"date_naissance": "2010-01-01"}, ["date_naissance"]),
        ({"date_naissance": "2006-01-01"}, ["accord_representant"]), ({"commune": "a" * 151}, ["commune"]),
    ):  # fmt: skip
        minimum = rules(age_minimum=15)
        found, touched = gestes.correct(ledger, 1, changes, minimum, ME)
        assert ([f.colonne for f in found], touched) == (faults, [])
    assert written(ledger, 4) == []
    # What the row lacks today is not held against another field.
    assert gestes.correct(ledger, 1, {"commune": "  Lyon "}, rules(age_minimum=110), ME) == ([], [])
    after = next(ledger.mandants())
    changed = {f for f in before.__slots__ if getattr(before, f) != getattr(after, f)}
    assert (changed, after.commune) == ({"commune"}, "Lyon")


def test_a_person_is_given_all_that_is_held_of_him_and_nothing_else(entered):
    told = gestes.export_person(entered, 4)
    events = told.pop("evenements")
    assert told == {
        "campagne": "essai", "texte_du_mandat_sha256": "ab" * 32, "texte_du_mandat": None,
        "texte_du": None, "conservation_jusqu_au": "2026-11-23", "numero": 4,
        "code": entered.key.code(4), "etat": "confirme", "preuve": "papier", "actes_deposes": [],
    }  # fmt: skip
    assert [list(e) for e in events] == [["evenement", "instant", "genre", "par", "detail", "donnees"]] * 2
    assert [(e["genre"], e["par"], e["instant"]) for e in events] == [
        ("inscription", ME, START), ("confirmation", ME, "2026-11-22T09:00:05.000000Z"),
    ]  # fmt: skip
    assert [sorted(e["donnees"]) for e in events] == [["personne"], ["elements"]]
    assert [e["donnees"] for e in gestes.export_person(entered, 3)["evenements"]] == [None] * 3


def test_a_person_is_found_by_the_mailbox(entered):
    mail = one(4)["courriel"]
    for written_so in (mail, f" {mail.upper()} ", mail.replace("@", "+liste@")):
        assert gestes.find_person(entered, written_so) == [5, 6]
    assert gestes.find_person(entered, "personne@example.org") == []


def test_confirmations_enter_line_by_line_and_the_wrong_ones_are_told(entered, tmp_path):
    codes = {n: entered.key.code(n) for n in range(7)}
    lines = [
        "Code;Instant", f"{codes[4]};2026-11-22T10:00", f"{codes[5].lower()};2026-11-22", f"{codes[0]};2026-11-22",
        ";;", f"{codes[5]};demain", f"{codes[1]};2026-11-22", f"{codes[5]};2026-11-22", f"{codes[5]}", "",
    ]  # fmt: skip
    path = tmp_path / "c.csv"
    path.write_text("\n".join(lines), "utf-8")
    done = gestes.confirm_list(entered, path, "papier", ME, later(1))
    unread = "instant attendu : AAAA-MM-JJ, ou AAAA-MM-JJTHH:MM"
    assert (done.nouveaux, done.connus) == (2, 1)
    assert done.fautes == (
        (4, "code inconnu"), (6, unread), (7, "le mandat n° 1 n'est pas en vigueur (état : retire)"), (9, unread),
    )  # fmt: skip
    assert (again := gestes.confirm_list(entered, path, "papier", ME, later(2))).nouveaux == 0
    assert again.connus == 3
    elements = [e["donnees"]["elements"] for e in gestes.export_person(entered, 5)["evenements"][1:]]
    assert elements == [{"instant": "2026-11-22T22:59:59.999999Z"}]


@pytest.mark.parametrize("header", ["code", "instant", "", "nom;prenom"])
def test_a_list_of_confirmations_has_two_columns(header, entered, tmp_path):
    (tmp_path / "c.csv").write_text(f"{header}\n1;2\n" if header else "", "utf-8")
    with pytest.raises(Refus, match="colonnes code et instant attendues"):
        gestes.confirm_list(entered, tmp_path / "c.csv", "papier", ME, NOW)


def test_the_facts_of_a_campaign():
    assert gestes.campaign_facts("essai", "ab" * 32, "2030-01-01", 15) == {
        "campagne": "essai", "texte": "ab" * 32, "conservation": "2030-01-01", "age_minimum": 15,
    }  # fmt: skip
    with pytest.raises(Refus, match="conservation : AAAA-MM-JJ attendu"):
        gestes.campaign_facts("essai", "ab" * 32, "2030", 15)


@pytest.mark.parametrize("words", ["[]", "1", "{", "", b"\xff", None])
def test_a_state_is_a_map_or_is_refused(words, tmp_path):
    path, good = tmp_path / "etat.json", {"campagne": "essai"}
    path.write_text(json.dumps(good), "utf-8")
    assert gestes.read_state(path) == good
    path.unlink() if words is None else path.write_bytes(words if isinstance(words, bytes) else words.encode())
    with pytest.raises(Refus, match="ce n'est pas un état de registre"):
        gestes.read_state(path)
