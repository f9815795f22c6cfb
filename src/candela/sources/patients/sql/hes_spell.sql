-- One row for each stay: how it began is taken from its first episode, how it ended
-- from its last.  `died` is null where the record does not say how the stay ended.
WITH spell AS (
    SELECT
        person,
        provider,
        admission,
        COUNT(*) AS episodes,
        MAX(CASE WHEN forwards = 1 THEN epikey END) AS spell_id,
        MAX(CASE WHEN forwards = 1 THEN site END) AS site,
        MAX(CASE WHEN forwards = 1 THEN method END) AS method,
        MAX(CASE WHEN forwards = 1 THEN patient_class END) AS patient_class,
        MAX(CASE WHEN forwards = 1 THEN age END) AS age,
        MAX(CASE WHEN forwards = 1 THEN sex END) AS sex,
        MAX(CASE WHEN forwards = 1 THEN ethnicity END) AS ethnicity,
        MAX(CASE WHEN forwards = 1 THEN imd END) AS imd,
        MAX(CASE WHEN forwards = 1 THEN diagnosis END) AS diagnosis,
        MAX(CASE WHEN forwards = 1 THEN other_diagnoses END) AS other_diagnoses,
        MAX(CASE WHEN forwards = 1 THEN specialty END) AS specialty,
        MAX(CASE WHEN forwards = in_stay THEN discharge END) AS discharge,
        MAX(CASE WHEN forwards = in_stay THEN dismeth END) AS dismeth,
        MAX(CASE WHEN forwards = in_stay THEN disdest END) AS disdest
    FROM hes_stay
    GROUP BY person, provider, admission, stay
),

ended AS (
    SELECT
        *,
        CASE
            WHEN dismeth = '4' THEN TRUE
            WHEN dismeth IN ('1', '2', '3', '6', '7') THEN FALSE
            WHEN disdest = '79' THEN TRUE
            WHEN discharge IS NOT NULL AND disdest IS NOT NULL THEN FALSE
        END AS died
    FROM spell
)

SELECT
    ended.*,
    hes_death.death,
    CASE
        WHEN ended.died THEN TRUE
        WHEN ended.discharge IS NULL THEN NULL
        WHEN hes_death.death IS NULL THEN FALSE
        ELSE hes_death.death <= ended.discharge + 30
    END AS died_30d
FROM ended
LEFT JOIN hes_death ON ended.person = hes_death.person
