"""Write docs/guide/controles.md: every procedural rule, from the data that checks it.

Usage: python tools/guide_rules.py
"""

from pathlib import Path

from mandats.checks.forme.regle import RegleDeForme, all_rules, formes
from mandats.report import documents_of, gravity_words

TARGET = Path(__file__).resolve().parent.parent / "docs" / "guide" / "controles.md"


def page() -> str:
    rules = all_rules()
    blocking = sum("erreur" in gravity_words(r) for r in rules.values())
    parts = [
        "# Les contrôles de forme",
        f"Cette page est tirée du programme (`python tools/guide_rules.py`) : {len(rules)} règles, dont {blocking} "
        "bloquent au moins un "
        "document. Chacune dit ce qu'un acte doit contenir pour être recevable, avec son article. `mandats verifier "
        "--expliquer GEN-12` "
        "affiche une règle ; la commande explique aussi les [autres messages](messages.md).",
        "**Erreur** : l'acte ne se construit pas. **Avertissement** : il se construit ; relisez avant de déposer. Une "
        "même règle peut avertir "
        "dans une requête au fond, où le juge invite à régulariser (article R. 612-1 du code de justice "
        "administrative), et bloquer en référé "
        "(article R. 522-2) ou pour une question prioritaire de constitutionnalité (article R. \\*771-4), où rien ne "
        "se régularise.",
        "**« À confirmer »** : le dossier ne dit pas ce qu'il faudrait savoir. Le programme pose la question et ne "
        "bloque pas ; répondez dans la clé "
        "indiquée. Écrire `null` dans une clé, c'est dire que l'on ignore la valeur : la question reste posée. Ne pas "
        "l'écrire du tout peut être une erreur.",
        '**Une règle se trompe sur votre dossier ?** Écrivez-le, avec la raison : `assume: {gen-06: "la notification '
        'ne mentionnait pas les voies et délais"}`. '
        "Une erreur ne bloque plus : elle reste affichée, comme avertissement, avec votre raison ; un avertissement "
        "disparaît. Une question « à confirmer » à laquelle "
        "aucune clé ne répond se clôt de même : "
        '`assume: {gen-09: "tous ont signé le 12 mars"}` ; elle n\'est plus posée.',
        "**Ce qui est lu est ce qui s'imprime** : une clause ne dit rien par ce que cet acte n'en imprime pas. Ce "
        "qu'une prose dit ou tait ne bloque jamais ; le verbe qui ouvre une conclusion, lui, dit ce qui est "
        "demandé.",
        "Aucune de ces règles ne remplace la relecture d'un juriste : un acte sans message peut être irrecevable pour "
        "une raison que le dossier ne montre pas.",
    ]
    parts += ["## Ce que le programme ne contrôle pas", "À vérifier vous-même :"]
    parts += ["\n".join(f"- {line}" for line in formes().non_verifie)]
    parts += [
        "Les échéances sont celles de [`mandats delais`](delais.md), les mandats ceux du [registre](registre.md)."
    ]
    for prefix, chapter in formes().chapitres.items():
        parts.append(f"## {chapter.titre}")
        parts += [section(rule) for name, rule in rules.items() if name.startswith(f"{prefix}-")]
    return "\n\n".join(parts) + "\n"


def section(rule: RegleDeForme) -> str:
    """What the guide says of one rule."""
    lines = [f"- Gravité : {gravity_words(rule)}.", f"- Documents : {', '.join(f'`{d}`' for d in documents_of(rule))}."]
    if rule.par:
        lines.append(f"- Contrôlée par : {', '.join(f'[`{p}`](messages.md)' for p in rule.par)}.")
    if rule.confiance == "memoire":
        lines.append("- Règle connue de mémoire, non relue à la source : un simple conseil.")
    told = [f"### {rule.id} · {rule.told(rule.titre)}", rule.told(rule.pourquoi), f"→ {rule.told(rule.remede)}"]
    return "\n\n".join([*told, "\n".join(lines)])


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8")
    print(TARGET)
