CREATE TABLE users (
    -- The order of creation.
    sequence bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    id uuid PRIMARY KEY,
    name text NOT NULL,
    email text NOT NULL,
    -- In lower case as the service understands it: lower() depends on the database's locale.
    email_key text COLLATE "C" NOT NULL UNIQUE,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
