-- Usable episodes, and which of those alike each is: the same episode is sometimes
-- submitted twice, under two record identifiers.
SELECT
    *,
    ROW_NUMBER() OVER (
        PARTITION BY
            person, provider, admission, epistart, epiend, epiorder, method, diagnosis
        ORDER BY epikey
    ) AS nth_alike
FROM hes_episode
WHERE step = 0
