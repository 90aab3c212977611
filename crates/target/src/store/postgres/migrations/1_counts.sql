-- How many records each collection holds, so that a list's total and the ceiling need no counting of rows. A creation
-- or a deletion changes one of several slots, for those who change the same one wait for each other's commit.
CREATE TABLE record_counts (
    collection text NOT NULL,
    slot integer NOT NULL,
    records bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (collection, slot)
) WITH (fillfactor = 20);

INSERT INTO record_counts (collection, slot)
SELECT collection, slot FROM unnest(ARRAY['users', 'orders']) AS collection, generate_series(0, 15) AS slot;
