-- Every episode, and `step`: the first reason for which it is not part of a stay.
-- 1 no record identifier  2 identifier seen before  3 no person  4 no provider
-- 5 no day of admission   6 not finished            7 other maternity event
WITH numbered AS (
    SELECT
        *,
        ROW_NUMBER() OVER (
            PARTITION BY epikey
            ORDER BY
                epistart NULLS LAST, epiend NULLS LAST, epiorder NULLS LAST,
                person NULLS LAST, provider NULLS LAST, admission NULLS LAST,
                discharge NULLS LAST, diagnosis NULLS LAST, other_diagnoses NULLS LAST
        ) AS nth_of_key
    FROM hes_coded
)
SELECT
    *,
    CASE
        WHEN epikey IS NULL THEN 1
        WHEN nth_of_key > 1 THEN 2
        WHEN person IS NULL THEN 3
        WHEN provider IS NULL THEN 4
        WHEN admission IS NULL THEN 5
        WHEN COALESCE(epistat, 3) <> 3 THEN 6
        WHEN epitype IN (5, 6) THEN 7
        ELSE 0
    END AS step
FROM numbered
