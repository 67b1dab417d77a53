-- One table, append-only. Statements are parted by an empty line. The only change allowed empties a payload and its
-- look-ups: what a purge does.
CREATE TABLE evenements (
  seq BIGINT PRIMARY KEY, instant TEXT NOT NULL, genre TEXT NOT NULL, acteur TEXT NOT NULL, numero BIGINT,
  detail TEXT NOT NULL, charge BLOB, sceau BLOB NOT NULL, chaine BLOB NOT NULL,
  ligne BLOB, courriel BLOB, personne BLOB, homonyme BLOB)

CREATE TRIGGER evenements_garde BEFORE DELETE ON evenements
BEGIN SELECT RAISE(ABORT, 'append-only'); END

CREATE TRIGGER evenements_fige
BEFORE UPDATE OF seq, instant, genre, acteur, numero, detail, sceau, chaine ON evenements
BEGIN SELECT RAISE(ABORT, 'append-only'); END

CREATE TRIGGER evenements_vide BEFORE UPDATE OF charge, ligne, courriel, personne, homonyme ON evenements
WHEN (NEW.charge IS NOT NULL AND NEW.charge IS NOT OLD.charge)
  OR (NEW.ligne IS NOT NULL AND NEW.ligne IS NOT OLD.ligne)
  OR (NEW.courriel IS NOT NULL AND NEW.courriel IS NOT OLD.courriel)
  OR (NEW.personne IS NOT NULL AND NEW.personne IS NOT OLD.personne)
  OR (NEW.homonyme IS NOT NULL AND NEW.homonyme IS NOT OLD.homonyme)
BEGIN SELECT RAISE(ABORT, 'append-only'); END
