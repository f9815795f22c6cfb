-- Episodes with the stay they belong to and their place in it, from either end.
-- One stay: one person, one provider, one day of admission.  A second first episode
-- (EPIORDER 1) of the same person, provider and day begins a second stay.
WITH begun AS (
    SELECT
        *,
        SUM(CASE WHEN epiorder = 1 THEN 1 ELSE 0 END) OVER (
            PARTITION BY person, provider, admission
            ORDER BY
                epistart NULLS LAST, epiorder NULLS LAST, epiend NULLS LAST, epikey
            ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW
        ) AS firsts
    FROM hes_distinct
    WHERE nth_alike = 1
),

numbered AS (
    SELECT
        *,
        CASE WHEN firsts > 1 THEN firsts ELSE 1 END AS stay
    FROM begun
)

SELECT
    *,
    ROW_NUMBER() OVER (
        PARTITION BY person, provider, admission, stay
        ORDER BY epiorder NULLS LAST, epistart NULLS LAST, epiend NULLS LAST, epikey
    ) AS forwards,
    COUNT(*) OVER (PARTITION BY person, provider, admission, stay) AS in_stay
FROM numbered
