-- The New-Year chain as bare set-based SQL: each table in one statement.

INSERT INTO run (id, campaign_id, version_id, occurrence, moment, status, by_hand, started_at)
VALUES (1, :campaign, :version, 'bare', :now, 'going_on', false, :now);

CREATE TEMPORARY TABLE loyal AS
SELECT customer_id AS id FROM purchase WHERE at >= :year_ago AND net_amount > 0
GROUP BY customer_id HAVING count(*) >= 10 AND sum(net_amount) >= 500000 * count(*);

INSERT INTO enrollment (id, run_id, campaign_id, customer_id, entry_key, batch_number, status, trail, entered_at, ended_at)
SELECT customer.id, 1, :campaign, customer.id, '2026-12-25T10\:00', customer.id / 2000, 'finished',
  CASE WHEN loyal.id IS NULL THEN ' n1\:out n2\:no ' ELSE ' n1\:out n2\:yes n3\:out n4\:out ' END, :now, :now
FROM customer LEFT JOIN loyal ON loyal.id = customer.id;

INSERT INTO operation (id, customer_id, idempotency_key, input_hash, kind, amount, at, source, source_id, source_node)
SELECT id, id, 'enrollment\:' || CAST(id AS VARCHAR) || '\:n3', '0123456789abcdef0123456789abcdef', 'accrue', 50000, :now,
  'enrollment', id, 'n3'
FROM loyal;

INSERT INTO lot (id, customer_id, operation_id, bonus_type_id, legal_entity_id, amount, remaining, accrued_at, active_at,
  expires_at)
SELECT loyal.id, loyal.id, loyal.id, 1, 1, 50000, 50000, :now, :now,
  CASE outlet.zone WHEN 'Europe/London' THEN :london ELSE :paris END
FROM loyal JOIN customer ON customer.id = loyal.id LEFT JOIN outlet ON outlet.id = customer.outlet_id;

INSERT INTO entry (customer_id, lot_id, operation_id, kind, amount, at)
SELECT id, id, id, 'accrue', 50000, :now FROM loyal;

INSERT INTO message (customer_id, enrollment_id, run_id, node, channel, status, attempts, created_at)
SELECT id, id, 1, 'n4', 'email', 'queued', 0, :now FROM loyal;
