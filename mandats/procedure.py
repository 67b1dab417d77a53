"""What happened between the parties, before the act and since: decision, requests, proceedings and their days."""

from __future__ import annotations

from typing import Literal

from mandats.keys import Cle, DatePartielle, Jour, Model, Territoire, Texte, key


class Decision(Model):
    auteur: Cle = key("Partie qui a pris la décision.")
    date: DatePartielle | None = key("Date de la décision (au jour, au mois ou à l'année).")
    nature: Literal[
        "explicite", "implicite", "reglementaire", "individuelle", "refus-d-abroger", "contrat", "revelee"
    ] = key("Nature de la décision ; `revelee` : aucun acte n'a été publié, des faits la révèlent.")
    objet: Texte = key("Ce que la décision fait, en groupe nominal.")
    designation: Texte = key("Comment l'acte la nomme ensuite.", "la décision attaquée")
    piece: Cle | None = key("Pièce qui contient la décision (art. R. 412-1 CJA).", None)
    publiee_le: Jour = key("Date de publication.")
    notifiee_le: Jour = key("Date de notification.")
    executee: bool | None = key(
        "Vrai si la décision est entièrement exécutée : elle ne peut plus être suspendue.", None
    )
    voies_et_delais: bool | None = key(
        "Vrai si la notification disait les voies et délais de recours (art. R. 421-5 CJA).", None
    )


class InstanceFond(Model):
    date_depot: DatePartielle | None = key("Date de dépôt de la requête au fond.", None)
    numero: Texte | None = key("Numéro d'enregistrement, s'il est connu.", None)
    piece: Cle | None = key("Pièce : copie de la requête au fond (art. R. 522-1 CJA).", None)


class Demande(Model):
    """What was asked of an administration before the act: documents (L. 311-1 CRPA), access, repeal…"""

    destinataire: Cle = key("Partie à laquelle la demande a été adressée.")
    date: Jour = key("Date d'envoi.")
    recue_le: Jour = key("Date de réception : fait courir le délai de réponse.")
    objet: Texte = key("Ce qui est demandé, en groupe nominal.")
    documents: tuple[Texte, ...] = key("Documents demandés, chacun en groupe nominal avec son article.", ())
    reponse: Literal["silence", "refus", "partielle", "favorable"] | None = key("Suite donnée à la demande.", None)
    reponse_le: Jour = key("Date de la réponse expresse.")
    piece: Cle | None = key("Pièce : copie de la demande.", None)
    piece_reponse: Cle | None = key("Pièce : la réponse.", None)


class AvisCada(Model):
    numero: Texte | None = key("Numéro de l'avis.", None)
    date: Jour = key("Date de l'avis.")
    saisie_le: Jour = key("Date d'enregistrement de la saisine par la commission.")
    sens: Literal["favorable", "partiel", "defavorable", "sans-objet", "incompetence"] | None = key(
        "Sens de l'avis.", None
    )
    piece: Cle | None = key("Pièce : l'avis, ou l'accusé de réception de la saisine.", None)


class Instance(Model):
    """The proceedings in which a later memorandum is filed."""

    numero: Texte | None = key("Numéro d'enregistrement au greffe, ou numéro de saisine.", None)
    enregistree_le: DatePartielle | None = key("Date d'enregistrement de la requête.", None)
    memoire_adverse: Cle | None = key("Pièce : le mémoire en défense auquel on répond.", None)
    audience_le: Jour = key("Date de l'audience.")


class Evenements(Model):
    """What has happened in the proceedings: each date starts, or ends, a time limit (`mandats delais`)."""

    requerant_demeure: Literal[Territoire, "etranger"] | None = key(
        "Où demeure le requérant, si son adresse ne le dit pas : délai de distance (art. R. 421-7 CJA).", None
    )
    recours_gracieux_envoye_le: Jour = key("Envoi du recours gracieux ou hiérarchique (cachet de la poste).")
    recours_gracieux_recu_le: Jour = key("Réception de ce recours par l'administration.")
    recours_gracieux_rejete_le: Jour = key("Notification du rejet exprès de ce recours.")
    demande_de_motifs_recue_le: Jour = key(
        "Réception, par l'administration, de la demande des motifs d'un refus implicite."
    )
    mediation_commencee_le: Jour = key("Accord des parties sur une médiation, ou première réunion.")
    requete_enregistree_le: Jour = key("Enregistrement de la requête au fond par le greffe.")
    ordonnance_notifiee_le: Jour = key("Notification de l'ordonnance de référé.")
    ordonnance_refere: Literal["suspension", "liberte", "mesures-utiles"] | None = key(
        "Référé que l'ordonnance tranche.", None
    )
    ordonnance_motif: Literal[
        "defaut-de-doute-serieux", "defaut-d-urgence", "irrecevabilite", "sans-audience", "demande-accueillie"
    ] | None = key("Ce que dit l'ordonnance ; `sans-audience` : rejet par tri (art. L. 522-3 CJA).", None)  # fmt: skip
    maintien_confirme_le: Jour = key("Dépôt de la lettre qui confirme le maintien de la requête.")
    demande_de_maintien_recue_le: Jour = key("Réception de la demande de confirmer le maintien de la requête.")
    mise_en_demeure_recue_le: Jour = key("Réception de la mise en demeure de produire.")
    mise_en_demeure_echeance_le: Jour = key("Dernier jour fixé par la mise en demeure.")
    memoire_complementaire_produit_le: Jour = key("Dépôt du mémoire complémentaire annoncé.")
    regularisation_recue_le: Jour = key("Réception de l'invitation à régulariser.")
    regularisation_echeance_le: Jour = key("Dernier jour fixé par l'invitation à régulariser.")
    cloture_notifiee_le: Jour = key("Notification de l'ordonnance de clôture d'instruction.")
    cloture_le: Jour = key("Jour à partir duquel l'instruction est close, lu dans l'ordonnance.")
    telerecours_mis_a_disposition_le: Jour = key("Mise à disposition d'un courrier du greffe dans Télérecours.")
    qpc_transmission_notifiee_le: Jour = key("Notification de la transmission d'une QPC au Conseil d'État.")
    jugement_notifie_le: Jour = key("Notification du jugement au fond.")
    jugement_dernier_ressort: bool | None = key(
        "Vrai si le jugement n'est susceptible que d'un pourvoi (sa notification le dit).", None
    )
    refus_apres_saisine_notifie_le: Jour = key("Notification d'un refus exprès postérieur à la saisine de la CADA.")
    recours_cada_enregistre_le: Jour = key("Enregistrement du recours contre le refus de communiquer.")
    demande_acces_recue_le: Jour = key("Réception, par l'organisme, de la demande d'exercice des droits.")
    prolongation_annoncee_le: Jour = key("Lettre par laquelle l'organisme prolonge son délai et dit pourquoi.")
    acces_indirect_demande_le: Jour = key("Réception par la CNIL de la demande d'accès indirect au TAJ.")
    plainte_deposee_le: Jour = key("Dépôt de la plainte à la CNIL (récépissé).")
    cnil_cloture_notifiee_le: Jour = key("Notification, par la CNIL, du rejet ou de la clôture de la plainte.")
    recours_cnil_enregistre_le: Jour = key("Enregistrement du recours contre la décision de la CNIL.")
    violation_connue_le: Jour = key("Jour où l'association a connu une fuite de ses données (liste des mandants).")
    violation_notifiee_le: Jour = key("Notification de cette fuite à la CNIL.")
    plainte_penale_deposee_le: Jour = key("Dépôt de la plainte simple au procureur (récépissé ou avis de réception).")
    faits_commis_le: Jour = key("Jour du délit dénoncé.")
    agrement_dossier_complet_le: Jour = key("Accusé de réception du dossier complet d'agrément (action de groupe).")
