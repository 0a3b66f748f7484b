-- The reason says what becomes of a row; what was put right in it on the way stood nowhere, or in the reason's place.
alter table outbound.import_rows add column notes jsonb;
