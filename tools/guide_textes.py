"""Write docs/guide/textes.md: what becomes of each kind of character at each entrance, from the table that decides.

Usage: python tools/guide_textes.py
"""

from pathlib import Path

from mandats.intake import FATES, KINDS

TARGET = Path(__file__).resolve().parent.parent / "docs" / "guide" / "textes.md"
HEAD = """\
# Ce qu'un texte peut contenir

Cette page est tirée du programme (`python tools/guide_textes.py`). Tout texte passe par le même contrôle, d'où \
qu'il vienne : valeur d'un dossier ou d'une option, prose ou clause, ligne d'un tableau de mandants, fichier Word. \
Ce qui est **refusé** est dit à sa place (fichier, ligne, colonne ; pour un tableau, ligne, colonne et rang dans la \
cellule, jamais la valeur), avec ce qu'il faut écrire. Ce qui est **réparé** l'est sans rien perdre de ce qui se \
voit. **Réparé avec votre accord** : `mandats registre importer --reparer` ; sans cette option la ligne est \
rejetée, avec elle le nombre de lignes réparées est affiché et inscrit au journal. Ce qui est **gardé** s'imprime \
tel quel.

| Ce que c'est | Par exemple | Valeur, option | Prose, clause, plan | Ligne d'un tableau | Fichier Word |
|---|---|---|---|---|---|
"""
TAIL = """
Vous voulez citer un texte abîmé (« votre nom est imprimé AndrÃ© », au soutien d'une demande de rectification) ? \
Dans une valeur, écrivez-le par échappements, entre guillemets droits : `"Andr\\\\xC3\\\\xA9"`. Dans une prose, \
par entités : `Andr&Atilde;&copy;`.

Une entité (`&eacute;`) est du Markdown dans une prose et dans ce qui en accepte (`texte`, `fait`, titres) : \
elle s'imprime « é ». Dans une valeur sur une ligne (un nom, une adresse), elle s'imprime comme elle est tapée. \
Une entité, un échappement YAML ou Jinja qui écrirait un caractère refusé est refusé de même.

Un fichier de prose ou de dossier est du texte brut en UTF-8, de 2 Mo au plus. S'il est en Windows-1252 ou en \
UTF-16, si c'est un fichier Word, RTF, HTML ou PDF, le message le dit : « Enregistrer sous », texte brut, \
encodage UTF-8.

## Ce que YAML perdrait

| Vous écrivez | YAML lirait | Écrivez |
|---|---|---|
| `titre: Affaire #12` | « Affaire » : ` #` commence une note | `titre: "Affaire #12"` |
| `nom: &Co Conseil` | « Conseil » : `&Co` est une ancre | `nom: "&Co Conseil"` |
| `nom: *Étoile` ou `nom: !Urgent` | un alias, une étiquette | entre guillemets |

Ces lectures sont des erreurs, dites à leur place. Une note commence par `#` suivi d'une espace : `date: 2026-11-22  # \
date de dépôt`.
"""


def page() -> str:
    rows = ((kind.nom, kind.exemple, *(FATES[fate] for fate in kind.fates)) for kind in KINDS)
    return HEAD + "".join(f"| {' | '.join(row)} |\n" for row in rows) + TAIL.replace("\\\\x", "\\x")


if __name__ == "__main__":
    TARGET.write_text(page(), "utf-8")
