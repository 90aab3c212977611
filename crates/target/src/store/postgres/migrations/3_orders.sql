CREATE TABLE orders (
    -- The order of creation.
    sequence bigint GENERATED ALWAYS AS IDENTITY UNIQUE,
    id uuid PRIMARY KEY,
    user_id uuid NOT NULL,
    -- A list of {sku, name, quantity, cents}.
    items jsonb NOT NULL,
    total_cents bigint NOT NULL,
    status text NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
