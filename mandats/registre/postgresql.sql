-- The table and guards of sqlite.sql, in a server's words.
CREATE TABLE evenements (
  seq BIGINT PRIMARY KEY, instant TEXT NOT NULL, genre TEXT NOT NULL, acteur TEXT NOT NULL, numero BIGINT,
  detail TEXT NOT NULL, charge BYTEA, sceau BYTEA NOT NULL, chaine BYTEA NOT NULL,
  ligne BYTEA, courriel BYTEA, personne BYTEA, homonyme BYTEA)

CREATE FUNCTION evenements_garde() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF TG_OP = 'UPDATE'
    AND (NEW.seq, NEW.instant, NEW.genre, NEW.acteur, NEW.numero, NEW.detail, NEW.sceau, NEW.chaine)
      IS NOT DISTINCT FROM (OLD.seq, OLD.instant, OLD.genre, OLD.acteur, OLD.numero, OLD.detail, OLD.sceau, OLD.chaine)
    AND (NEW.charge IS NULL OR NEW.charge = OLD.charge)
    AND (NEW.ligne IS NULL OR NEW.ligne = OLD.ligne)
    AND (NEW.courriel IS NULL OR NEW.courriel = OLD.courriel)
    AND (NEW.personne IS NULL OR NEW.personne = OLD.personne)
    AND (NEW.homonyme IS NULL OR NEW.homonyme = OLD.homonyme)
  THEN RETURN NEW; END IF;
  RAISE EXCEPTION 'append-only';
END $$

CREATE TRIGGER evenements_garde BEFORE UPDATE OR DELETE ON evenements
FOR EACH ROW EXECUTE FUNCTION evenements_garde()

CREATE TRIGGER evenements_plein BEFORE TRUNCATE ON evenements EXECUTE FUNCTION evenements_garde()
