-- Where both collections are in one database, an order names a user who is there, and that user stays.
ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users (id);
-- Asked whenever a user is deleted.
CREATE INDEX orders_user ON orders (user_id);
