-- One row for each tumour, with its person and the treatment on or after diagnosis.
WITH regimen AS (
    SELECT
        sim_tumour.tumour,
        MIN(sim_regimen.started) AS first_sact,
        MIN(CASE WHEN sim_regimen.trial = 'yes' THEN sim_regimen.started END)
            AS first_trial,
        MAX(
            CASE
                WHEN sim_regimen.trial = 'yes' THEN 2
                WHEN sim_regimen.trial = 'no' THEN 1
                ELSE 0
            END
        ) AS trial
    FROM sim_tumour
    INNER JOIN sim_regimen
        ON
            sim_tumour.person = sim_regimen.person
            AND sim_regimen.started >= sim_tumour.diagnosis
    GROUP BY sim_tumour.tumour
),

-- The day is written before the code, so that the least text is of the first day.
treatment AS (
    SELECT
        sim_tumour.tumour,
        SUBSTR(MIN(CONCAT(CAST(sim_drug.given AS STRING), sim_drug.provider)), 11)
            AS provider
    FROM sim_tumour
    INNER JOIN sim_drug
        ON
            sim_tumour.person = sim_drug.person
            AND sim_drug.given >= sim_tumour.diagnosis
    WHERE sim_drug.provider IS NOT NULL
    GROUP BY sim_tumour.tumour
),

radiotherapy AS (
    SELECT
        sim_tumour.tumour,
        MIN(sim_radiotherapy.given) AS first_rt
    FROM sim_tumour
    INNER JOIN sim_radiotherapy
        ON
            sim_tumour.person = sim_radiotherapy.person
            AND sim_radiotherapy.given >= sim_tumour.diagnosis
    GROUP BY sim_tumour.tumour
)

SELECT
    sim_tumour.*,
    COALESCE(sim_tumour.tumour_sex, sim_person.person_sex) AS sex,
    sim_person.person AS registered,
    sim_person.ethnicity,
    sim_person.vital,
    sim_person.vital_date,
    sim_person.cause,
    regimen.first_sact,
    regimen.first_trial,
    CASE regimen.trial WHEN 2 THEN 'yes' WHEN 1 THEN 'no' ELSE 'unknown' END AS trial,
    treatment.provider,
    radiotherapy.first_rt
FROM sim_tumour
LEFT JOIN sim_person ON sim_tumour.person = sim_person.person
LEFT JOIN regimen ON sim_tumour.tumour = regimen.tumour
LEFT JOIN treatment ON sim_tumour.tumour = treatment.tumour
LEFT JOIN radiotherapy ON sim_tumour.tumour = radiotherapy.tumour
