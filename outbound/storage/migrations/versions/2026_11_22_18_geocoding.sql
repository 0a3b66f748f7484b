-- Answers of geocoders, how often they were asked, and doors that wait for a better position.

-- How sure it is that the position is that of the door: 0 to 1.
alter table outbound.addresses add column location_confidence REAL;
grant select (location_confidence) on outbound.addresses to outbound_ops;
CREATE INDEX ix_addresses_unplaced ON outbound.addresses (org_id, id)
WHERE position is null or location_source = 'zip_centroid' or location_accuracy > 150;

-- What a geocoder answered, by a keyed hash of what it was asked. No position: it knows no such door.
create table outbound.geocoder_answers (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    provider TEXT NOT NULL,
    digest TEXT NOT NULL,
    position BYTEA,
    accuracy DOUBLE PRECISION,
    confidence REAL,
    expires_at TIMESTAMP WITH TIME ZONE NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_geocoder_answers PRIMARY KEY (org_id, id),
    CONSTRAINT uq_geocoder_answers_org_id_provider_digest UNIQUE (org_id, provider, digest),
    CONSTRAINT ck_geocoder_answers_found CHECK ((position is null) = (accuracy is null)),
    CONSTRAINT fk_geocoder_answers_org_id FOREIGN KEY(org_id) REFERENCES outbound.organisations (id) ON DELETE CASCADE
);
CREATE INDEX ix_geocoder_answers_expires ON outbound.geocoder_answers (org_id, expires_at);

-- Doors that were looked for and not found well enough: when they are looked for again.
create table outbound.geocoding_attempts (
    org_id UUID NOT NULL,
    id UUID NOT NULL,
    address_id UUID NOT NULL,
    attempts INTEGER DEFAULT 0 NOT NULL,
    next_at TIMESTAMP WITH TIME ZONE NOT NULL,
    points TEXT,
    created_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    updated_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_geocoding_attempts PRIMARY KEY (org_id, id),
    CONSTRAINT uq_geocoding_attempts_org_id_address_id UNIQUE (org_id, address_id),
    CONSTRAINT fk_geocoding_attempts_org_id_address_id FOREIGN KEY(org_id, address_id) REFERENCES outbound.addresses (org_id, id) ON DELETE CASCADE
);

-- The geocoders themselves: one row each for the whole installation, whose key and address they share.
create table outbound.geocoders (
    provider TEXT NOT NULL,
    month DATE NOT NULL,
    calls BIGINT DEFAULT 0 NOT NULL,
    next_call_at TIMESTAMP WITH TIME ZONE,
    failures INTEGER DEFAULT 0 NOT NULL,
    down_until TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_geocoders PRIMARY KEY (provider)
);

do $$
declare
    t text;
begin
    foreach t in array array['geocoder_answers', 'geocoding_attempts', 'geocoders'] loop
        execute format('alter table outbound.%I enable row level security', t);
        execute format('alter table outbound.%I force row level security', t);
        execute format('grant select on outbound.%I to outbound_app', t);
        if t <> 'geocoders' then
            execute format(
                'create policy job on outbound.%I to outbound_job using (org_id = (select outbound.current_org()))'
                ' with check (org_id = (select outbound.current_org()))', t);
            execute format('grant select, insert, update, delete on outbound.%I to outbound_job', t);
            execute format(
                'create policy eraser on outbound.%I to outbound_eraser'
                ' using (org_id = (select outbound.current_org()))'
                ' with check (org_id = (select outbound.current_org()))', t);
            execute format('grant select, delete on outbound.%I to outbound_eraser', t);
        end if;
    end loop;
end
$$;
create policy definer on outbound.geocoders to outbound_definer using (true) with check (true);
grant select, insert, update on outbound.geocoders to outbound_definer;

-- Asks for one call: whether it may be made (go), after how many seconds, and which of the month it is. It may not
-- when the month's are used up (cap), when the geocoder is down, or when the wait were longer than the caller's
-- patience (busy). To be called in a transaction of its own: whoever calls next waits for its end.
create function outbound.geocoder_reserve(
    wanted text, this_month date, most bigint, gap double precision, patience double precision
) returns table (verdict text, wait double precision, made bigint)
language plpgsql security definer set search_path = outbound, pg_temp as $$
declare
    state outbound.geocoders;
    at_once timestamptz := clock_timestamp();
    slot timestamptz;
begin
    insert into outbound.geocoders as g (provider, month) values (wanted, this_month) on conflict do nothing;
    select g.* into state from outbound.geocoders as g where g.provider = wanted for update;
    at_once := clock_timestamp();  -- it may have waited for the row
    if state.month < this_month then
        state.month := this_month;
        state.calls := 0;
    end if;
    slot := greatest(state.next_call_at, at_once);
    made := state.calls;
    wait := extract(epoch from slot - at_once);
    if state.down_until > at_once then
        verdict := 'down';
        wait := extract(epoch from state.down_until - at_once);
    elsif state.calls >= most then
        verdict := 'cap';
    elsif wait > patience then
        verdict := 'busy';
    else
        verdict := 'go';
        made := state.calls + 1;
        update outbound.geocoders as g
        set month = state.month, calls = made, next_call_at = slot + make_interval(secs => gap)
        where g.provider = wanted;
    end if;
    return next;
end
$$;

-- Tells of a call that failed; after so many in a row the geocoder is left alone for a while, twice as long each time
-- up to an hour. Returns the seconds for which it is.
create function outbound.geocoder_failed(wanted text, most int, rest double precision) returns double precision
language plpgsql security definer set search_path = outbound, pg_temp as $$
declare
    in_a_row int;
    pause double precision;
begin
    update outbound.geocoders as g set failures = g.failures + 1 where g.provider = wanted
    returning g.failures into in_a_row;
    if in_a_row is null or in_a_row < most then
        return 0;
    end if;
    pause := least(rest * 2 ^ least(in_a_row - most, 20), 3600);
    update outbound.geocoders as g set down_until = clock_timestamp() + make_interval(secs => pause)
    where g.provider = wanted;
    return pause;
end
$$;

-- Tells of a call that was answered: nothing is held against the geocoder any more.
create function outbound.geocoder_answered(wanted text) returns void
language sql security definer set search_path = outbound, pg_temp as $$
    update outbound.geocoders as g set failures = 0, down_until = null
    where g.provider = wanted and (g.failures > 0 or g.down_until is not null)
$$;

grant create on schema outbound to outbound_definer;
do $$
declare
    f text;
begin
    foreach f in array array[
        'geocoder_reserve(text, date, bigint, double precision, double precision)',
        'geocoder_failed(text, int, double precision)',
        'geocoder_answered(text)'
    ] loop
        execute format('revoke all on function outbound.%s from public', f);
        execute format('grant execute on function outbound.%s to outbound_app', f);
        execute format('alter function outbound.%s owner to outbound_definer', f);
    end loop;
end
$$;
revoke create on schema outbound from outbound_definer;
