"""The command `mandats`: its commands with their line of help, each read from its module only when it is named."""

import gc
from importlib import import_module
from typing import Any

import click

from mandats import __version__
from mandats.cli.terminal import CONTEXT, Group, echo


class Later(click.Command):
    """A command whose module is read once it is named: until then, its name and its line of help."""

    def __init__(self, name: str, module: str, line: str):
        super().__init__(name, short_help=line)
        self.module = module

    def load(self) -> click.Command:
        """The command itself."""
        command: click.Command = getattr(import_module(f"mandats.cli.{self.module}"), str(self.name))
        return command

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        return self.load().make_context(*args, **extra)


@click.group(
    cls=Group,
    context_settings=CONTEXT,
    subcommand_metavar="COMMANDE [ARGUMENTS]...",
    epilog="Chaque commande a son aide : mandats construire --help",
)
@click.version_option(__version__, "--version", message="mandats %(version)s", help="Affiche la version.")
@click.option("--trace", is_flag=True, help="Si le programme a un défaut, montre d'où il vient.")
def main(trace: bool) -> None:
    """Assemble requêtes, plaintes et mandats à partir d'un dossier YAML.

    \b
    mandats modeles                                       1. choisir un document
    mandats nouveau mon-cas.yaml --modele demande-cada    2. préparer le dossier, puis le remplir
    mandats verifier mon-cas.yaml                         3. savoir ce qui manque ou ne va pas
    mandats construire mon-cas.yaml --final               4. écrire les documents, en DOCX et en PDF
    mandats clauses proposer mon-cas.yaml                 et les arguments qui conviennent
    """


# In the order in which a case is made. Their line is here alone: it is shown when their module is not read.
for _name, _module, _line in (
    ("modeles", "dossier", "Liste les modèles de documents, leurs rôles, leurs sections."),
    ("nouveau", "dossier", "Écrit un dossier à remplir, avec ses explications."),
    ("verifier", "dossier", "Dit tous les problèmes d'un dossier et de ce qu'il emploie."),
    ("construire", "dossier", "Écrit les documents d'un dossier, en DOCX et en PDF."),
    ("pieces", "pieces", "Prépare les pièces d'un acte : timbrées, nommées, en liasse."),
    ("envoyer", "suite", "Dit où un acte s'envoie, ce qu'on joint, signe et garde."),
    ("comparer", "relecture", "Compare deux versions d'un acte : Word à modifications suivies, PDF, liste."),
    ("reprendre", "relecture", "Reprend dans le dossier ce qu'un relecteur a changé dans Word."),
    ("deposer", "dossier", "Garde un acte tel qu'il est parti, et le note."),
    ("suite", "suite", "Montre la vie d'un dossier, et les actes qui peuvent suivre."),
    ("migrer", "migration", "Récrit un dossier à la forme présente, sans en changer les mots."),
    ("clauses", "bibliotheque", "Trouve, montre et propose des arguments déjà écrits."),
    ("sources", "bibliotheque", "Montre et contrôle le registre des textes et décisions."),
    ("noter", "delais", "Note ce qui vient d'arriver, et dit ce que cela change aux délais."),
    ("delais", "delais", "Calcule les délais qui courent, et dit pourquoi."),
    ("registre", "registre", "Tient le registre chiffré des mandats d'une campagne."),
    ("publiposter", "publiposter", "Produit les mandats de tous les mandants du registre."),
    ("grappe", "grappe", "Réunit plusieurs machines pour produire de très nombreux mandats."),
    ("schema", "dossier", "Donne les schémas JSON des fichiers, pour l'éditeur de texte."),
):
    main.add_command(Later(_name, _module, _line))


@main.command("aide", hidden=True)
@click.pass_context
def aide(ctx: click.Context) -> None:
    """Affiche l'aide."""
    echo(ctx.parent.get_help() if ctx.parent else "")


gc.enable()
