// Generated from the OpenAPI document by `make client`; do not change it by hand.
// document 8aaa91eaaaef735b169bbc1fb8787e70a55de1ec636d542b2de4baadd80d0a4c
// types a3a3bf0c29aad87a5adc898c6fc63ccc6b7453abc15592f22b8b8ee16e33d9ec
export interface paths {
    "/api/addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List addresses
         * @description Doors in the caller's reach, by id; ``q`` begins their line or street.
         */
        get: operations["list_addresses"];
        put?: never;
        /**
         * Create address
         * @description Adds a door without a lead; one that is known already is answered with 200, under its own id.
         */
        post: operations["create_address"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/addresses/{address_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read address
         * @description One door with its leads, and how many doors its building has.
         */
        get: operations["read_address"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Edit address
         * @description Changes what is known of a door; a new position takes its open leads along, to another territory too.
         */
        patch: operations["edit_address"];
        trace?: never;
    };
    "/api/addresses/{address_id}/units": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List units
         * @description The doors of a building, with their leads; the one that is named is among them.
         */
        get: operations["list_units"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/api-keys": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List api keys
         * @description Keys of the organisation, newest first, without their secrets.
         */
        get: operations["list_api_keys"];
        put?: never;
        /**
         * Create api key
         * @description Makes a key for a machine; the key is told this once. The same ``id`` again returns the first result with 200.
         */
        post: operations["create_api_key"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/api-keys/{key_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read api key
         * @description One key, without its secret.
         */
        get: operations["read_api_key"];
        put?: never;
        post?: never;
        /**
         * Revoke api key
         * @description Revokes a key: it opens nothing from now on, and its machine is no active member any more.
         */
        delete: operations["revoke_api_key"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attachments/{attachment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get attachment
         * @description What is known of a file.
         */
        get: operations["get_attachment"];
        put?: never;
        post?: never;
        /**
         * Delete attachment
         * @description Takes a file back: its sender, or a manager. The content goes with its last attachment.
         */
        delete: operations["delete_attachment"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attachments/{attachment_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete upload
         * @description Looks at what was sent directly, and keeps it if it is what was announced. A repeat changes nothing.
         */
        post: operations["complete_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attachments/{attachment_id}/content": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Get content
         * @description The file itself, or a small picture of a photo. Never with a type that a browser would run.
         */
        get: operations["get_content"];
        /**
         * Send content
         * @description Takes the bytes of an announced file, where the installation has no S3. The signed address is the permission, as
         *     long as who was given it could ask for it now.
         */
        put: operations["send_content"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/attachments/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announce upload
         * @description Announces a file and answers where to send its bytes directly; ``complete`` ends it.
         *
         *     The same ``id`` again returns the first result with 200, with a new address while it is not complete.
         */
        post: operations["announce_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read audit log
         * @description Who changed what, newest first. A manager reads what they did and what concerns their leads and territories; an
         *     owner reads all.
         */
        get: operations["read_audit_log"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/accept-invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Accept invitation
         * @description Takes up an invitation and signs in. A new person chooses a name and a password; one who has a sign-in from
         *     another organisation proves it with the password they have.
         */
        post: operations["accept_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/look-at-invitation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Look at invitation
         * @description What the link of an invitation offers, for the page that accepts it. Changes nothing.
         */
        post: operations["look_at_invitation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/oidc/{slug}/callback": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * End oidc
         * @description Ends the sign-in that this browser began: for an active member, by an address that the provider verified. Where
         *     it was not begun on a page of ours, or another is signed in here, the page asks first.
         */
        get: operations["end_oidc"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/oidc/{slug}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm oidc
         * @description Signs in who was asked and said yes, in place of whoever was signed in here; the answer says where to go on.
         */
        post: operations["confirm_oidc"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/oidc/{slug}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Start oidc
         * @description Begins a sign-in at the provider of an organisation, named by its slug; ``next`` is the page of ours to come
         *     back to. A browser that follows a link here is asked before it is signed in.
         */
        get: operations["start_oidc"];
        put?: never;
        /**
         * Start oidc here
         * @description Begins it on a page of ours, which goes to the answer's ``url``: who chose it there is asked nothing more.
         */
        post: operations["start_oidc_here"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/request-reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request reset
         * @description Mails a link to set a new password, if there is such a person. The answer is the same either way, and as fast:
         *     the looking up comes after it.
         */
        post: operations["request_reset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reset password
         * @description Sets a new password by a link and ends every session of the person.
         */
        post: operations["reset_password"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sign-in": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in
         * @description Opens a session: an HttpOnly cookie for browsers, the same secret as ``token`` for clients.
         */
        post: operations["sign_in"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sign-out": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out
         * @description Ends this session, wherever else its secret may lie; its tokens open nothing any more.
         */
        post: operations["sign_out"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/sign-out-everywhere": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign out everywhere
         * @description Ends every session of the caller, this one too, in every organisation.
         */
        post: operations["sign_out_everywhere"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/token": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Issue tokens
         * @description Tokens for a client that keeps no cookie: a short access token, and a refresh token that is good once.
         */
        post: operations["issue_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/token/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Refresh tokens
         * @description The next tokens for a refresh token. Sent again within 10 seconds it answers the same; later, the session ends:
         *     somebody else holds it too.
         */
        post: operations["refresh_tokens"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/board": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Board
         * @description The outbound pipeline by stage: counts, and the most urgent cards of each column.
         */
        get: operations["board"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cadence-executor": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Execute cadences
         * @description Does what is due in all cadences, one bounded batch; safe to call as often and from as many as one likes.
         */
        post: operations["execute_cadences"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cadences": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List cadences
         * @description Cadences with their steps, by age.
         */
        get: operations["list_cadences"];
        put?: never;
        /**
         * Create cadence
         * @description Adds a cadence with its steps; the same ``id`` again returns the first result with 200.
         */
        post: operations["create_cadence"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cadences/{cadence_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read cadence
         * @description One cadence with its steps in their order.
         */
        get: operations["read_cadence"];
        put?: never;
        post?: never;
        /**
         * Delete cadence
         * @description Takes a cadence out of use; its history stays. 409 while leads run through it.
         */
        delete: operations["delete_cadence"];
        options?: never;
        head?: never;
        /**
         * Edit cadence
         * @description Changes a cadence. ``steps`` is the whole list: steps named by ``id`` stay, the others are new.
         *
         *     A step that is left out is retired: leads that stand on it move to the next one, at the time they were due.
         */
        patch: operations["edit_cadence"];
        trace?: never;
    };
    "/api/cadences/{cadence_id}/enroll": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Enroll leads
         * @description Enrols leads and says what happens next, and when; the same ``id`` again returns the first result with 200.
         *
         *     One lead that cannot be enrolled is an error; of many, the others are enrolled and this one is told.
         */
        post: operations["enroll_leads"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cadences/{cadence_id}/enrollments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List enrollments of cadence
         * @description Who runs or ran through a cadence, newest first, as far as their leads are in the caller's reach.
         */
        get: operations["list_enrollments_of_cadence"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cadences/{cadence_id}/steps": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add cadence step
         * @description Puts a step into a cadence at its ``order``, or at the end. ``If-Match`` is the cadence's.
         */
        post: operations["add_cadence_step"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cadences/{cadence_id}/steps/{step_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Delete cadence step
         * @description Retires one step; leads that stand on it move to the next one. Answers with the cadence as it is now.
         */
        delete: operations["delete_cadence_step"];
        options?: never;
        head?: never;
        /**
         * Edit cadence step
         * @description Changes one step, or moves it by ``order``. ``If-Match`` is the cadence's.
         */
        patch: operations["edit_cadence_step"];
        trace?: never;
    };
    "/api/campaigns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List campaigns
         * @description The organisation's campaigns, by age.
         */
        get: operations["list_campaigns"];
        put?: never;
        /**
         * Create campaign
         * @description Adds a campaign; the same ``id`` again answers with 200.
         */
        post: operations["create_campaign"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/campaigns/{campaign_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read campaign
         * @description One campaign.
         */
        get: operations["read_campaign"];
        put?: never;
        post?: never;
        /**
         * Delete campaign
         * @description Deletes a campaign that no lead refers to; 409 where one does: make it inactive instead.
         */
        delete: operations["delete_campaign"];
        options?: never;
        head?: never;
        /**
         * Edit campaign
         * @description Changes a campaign's name, description or period, or whether it is active.
         */
        patch: operations["edit_campaign"];
        trace?: never;
    };
    "/api/enrollments/{enrollment_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel enrollment
         * @description Ends an enrolment.
         */
        post: operations["cancel_enrollment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/enrollments/{enrollment_id}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Pause enrollment
         * @description Holds an enrolment; what is left of its wait is kept.
         */
        post: operations["pause_enrollment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/enrollments/{enrollment_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume enrollment
         * @description Goes on with a paused enrolment.
         */
        post: operations["resume_enrollment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/geocode/reverse": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Address at pin
         * @description The address nearest to a position: of the loaded regions' doors, else of the geocoder, where one is set.
         */
        get: operations["address_at_pin"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/handoffs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List handoffs
         * @description Handoffs in the caller's reach, newest first; operations see all.
         */
        get: operations["list_handoffs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/handoffs/{handoff_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read handoff
         * @description One handoff with what whoever quotes needs to know of its lead.
         */
        get: operations["read_handoff"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Decide handoff
         * @description Quotes, accepts or declines: accepted makes the lead WON, declined takes it back to FOLLOW_UP.
         */
        patch: operations["decide_handoff"];
        trace?: never;
    };
    "/api/invitations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List invitations
         * @description Invitations of the organisation, newest first.
         */
        get: operations["list_invitations"];
        put?: never;
        /**
         * Invite
         * @description Offers a place by a link that works once, within 7 days: mailed where a mail server is set, answered otherwise.
         *     The same ``id`` again returns the first result with 200, without the link.
         */
        post: operations["invite"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/invitations/{invitation_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Revoke invitation
         * @description Takes an invitation back; its link opens nothing any more.
         */
        delete: operations["revoke_invitation"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List leads
         * @description Leads of every type in the caller's reach, or of one.
         */
        get: operations["list_leads"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/{lead_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read lead
         * @description One lead in the caller's reach, put away or not; ``timeline`` says where its story is.
         */
        get: operations["read_lead"];
        put?: never;
        post?: never;
        /**
         * Delete lead
         * @description Puts a lead away: out of every list, its address free. Its history stays, and it can be restored.
         */
        delete: operations["delete_lead"];
        options?: never;
        head?: never;
        /**
         * Edit lead
         * @description Changes what is known of a lead, its tags, consent, door, or owner; another owner is a manager's to name.
         */
        patch: operations["edit_lead"];
        trace?: never;
    };
    "/api/leads/{lead_id}/activities": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List activities
         * @description A lead's activities, newest first, with those of leads that were merged into it.
         */
        get: operations["list_activities"];
        put?: never;
        /**
         * Log activity
         * @description Stores what happened and moves the lead; the same ``id`` again returns the first result with 200.
         *
         *     What was captured while the lead was the caller's is kept after it has left them; then ``lead`` is null, as it is
         *     for a key that may not read leads.
         */
        post: operations["log_activity"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/{lead_id}/attachments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List attachments
         * @description What is attached to a lead, newest first.
         */
        get: operations["list_attachments"];
        put?: never;
        /**
         * Send attachment
         * @description Stores a photo (JPEG, PNG, WebP) or a PDF of a lead: as a form's part ``file``, or as the whole body.
         *
         *     What it is, its content says. The same ``id`` with the same bytes again returns the first result with 200.
         */
        post: operations["send_attachment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/{lead_id}/enrollments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List enrollments of lead
         * @description The cadences of a lead, newest first.
         */
        get: operations["list_enrollments_of_lead"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/{lead_id}/erase": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview erasure
         * @description What erasing the person behind a lead would reach. Changes nothing.
         */
        get: operations["preview_erasure"];
        put?: never;
        /**
         * Erase lead
         * @description Erases the person: name, contacts, notes, messages, files and positions go, here at once and in the figures'
         *     files with the next build; what was done stays, and counts. There is no way back; the same again is answered.
         */
        post: operations["erase_lead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/{lead_id}/merge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Merge leads
         * @description Merges another lead into this one, which takes what it lacks; the other is put away and read with it.
         */
        post: operations["merge_leads"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/{lead_id}/restore": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Restore lead
         * @description Takes back a lead that was put away; 409 when its address has another open one by now.
         */
        post: operations["restore_lead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/{lead_id}/stage": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change stage
         * @description Moves a lead; with ``If-Match`` (412) or ``version`` (409), only if nobody has changed it since.
         */
        patch: operations["change_stage"];
        trace?: never;
    };
    "/api/leads/{lead_id}/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read timeline
         * @description All that happened with a lead, newest first: activities, moves, messages and tasks, and those of leads that
         *     were merged into it.
         */
        get: operations["read_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/{lead_id}/unmerge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Unmerge leads
         * @description Parts a lead that was merged into this one: both are as they were, but for what was edited since.
         */
        post: operations["unmerge_leads"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/bulk": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List bulk changes
         * @description Changes that were made, the latest first; a manager with territories sees their own.
         */
        get: operations["list_bulk_changes"];
        put?: never;
        /**
         * Make bulk change
         * @description Changes up to 10,000 leads at once and remembers what each was; the same ``id`` again answers with 200.
         */
        post: operations["make_bulk_change"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/bulk/{bulk_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read bulk change
         * @description One change that was made.
         */
        get: operations["read_bulk_change"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/bulk/{bulk_id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo bulk change
         * @description Restores each lead that nobody has changed since; ``undone`` says how many, and why others were kept.
         */
        post: operations["undo_bulk_change"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/bulk/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview bulk change
         * @description How many leads a change would change, how many not, and why; nothing is written.
         */
        post: operations["preview_bulk_change"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/leads/outbound": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List outbound leads
         * @description Outbound leads in the caller's reach; a territory stands for all below it too.
         */
        get: operations["list_outbound_leads"];
        put?: never;
        /**
         * Create outbound lead
         * @description Captures a lead; the same ``id`` again returns the first result with 200, other content under it is a 409.
         *
         *     ``likely_duplicates`` are leads that it may be: for the caller to merge, or to let be.
         */
        post: operations["create_outbound_lead"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/maps/fonts/{fontstack}/{characters}.pbf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Glyphs of a font
         * @description Glyphs of a range of 256 characters; a range the fonts do not have comes back empty, not as an error.
         */
        get: operations["read_glyphs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/maps/style.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The map style
         * @description A MapLibre style whose tiles and glyphs come from this server alone.
         */
        get: operations["read_style"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/maps/tiles/{z}/{x}/{y}.pbf": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One vector tile
         * @description 204 where the tile is empty or outside the archive.
         */
        get: operations["read_tile"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List matches
         * @description Pairs that wait for a person, side by side, the longest waiting first.
         */
        get: operations["list_matches"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/{match_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read match
         * @description One pair, decided or not.
         */
        get: operations["read_match"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/matches/{match_id}/decision": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Decide match
         * @description Says whether the two are one lead. Two leads that are one are merged; a row fills in its lead or becomes one, at
         *     once where its list is written, else with the list. Saying the same again changes nothing.
         */
        put: operations["decide_match"];
        post?: never;
        /**
         * Take decision back
         * @description Takes what was said back: merged leads are parted, what a row became goes; 409 when somebody worked on it.
         */
        delete: operations["take_decision_back"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Me
         * @description Who is signed in, with their role and the territories in their reach.
         */
        get: operations["me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Edit me
         * @description Changes the caller's name or password. A new password needs the old one, and ends every other session.
         */
        patch: operations["edit_me"];
        trace?: never;
    };
    "/api/me/location-looks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Looks at me
         * @description Who looked at where the caller is or was, and when, newest first.
         */
        get: operations["looks_at_me"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/positions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Forget my positions
         * @description Deletes every position of the caller; their shifts stay.
         */
        delete: operations["forget_my_positions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * My sessions
         * @description The caller's living sessions in this organisation, newest first.
         */
        get: operations["my_sessions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/me/sessions/{session_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End my session
         * @description Ends one of the caller's sessions, such as that of a lost phone.
         */
        delete: operations["end_my_session"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/members": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List members
         * @description The people of the organisation, by name; with ``machines``, what API keys act as too.
         */
        get: operations["list_members"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/members/{member_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read member
         * @description One member of the organisation.
         */
        get: operations["read_member"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Edit member
         * @description Gives a member another role, which counts at once, or lets one in again who was shut out.
         */
        patch: operations["edit_member"];
        trace?: never;
    };
    "/api/members/{member_id}/deactivate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Deactivate member
         * @description Shuts a leaver out, in one act: sign-ins, assignments and shift end; open leads, open tasks and trips go to who
         *     takes over; what they did stays theirs. Again changes nothing.
         */
        post: operations["deactivate_member"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/members/{member_id}/handover": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Preview handover
         * @description What deactivating a member would hand over, and to whom. Changes nothing.
         */
        get: operations["preview_handover"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/members/{member_id}/reset-link": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make reset link
         * @description A link for a member who cannot sign in, to hand over: good once, for a day. Not for who works elsewhere too.
         */
        post: operations["make_reset_link"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/messages": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List messages
         * @description The messages to and from a lead, newest first.
         */
        get: operations["list_messages"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List notifications
         * @description The caller's own notes: unread first, each part newest first.
         */
        get: operations["list_notifications"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/notifications/read": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Mark read
         * @description Marks notes of the caller as read; ids of others are passed over.
         */
        post: operations["mark_read"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/organisation": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read organisation
         * @description The caller's organisation.
         */
        get: operations["read_organisation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Edit organisation
         * @description Changes the organisation's name, zone, or the day it went live.
         */
        patch: operations["edit_organisation"];
        trace?: never;
    };
    "/api/organisation/deletion": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Show deletion
         * @description The deletion that is waited for; 404 where nobody asked for one.
         */
        get: operations["show_deletion"];
        put?: never;
        /**
         * Request deletion
         * @description Asks that the organisation be deleted after the waiting period; asked already, answers that with 200.
         */
        post: operations["request_deletion"];
        /**
         * Withdraw deletion
         * @description Takes the wish back: the organisation stays.
         */
        delete: operations["withdraw_deletion"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/organisation/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Request export
         * @description Asks for everything the organisation owns; the answer says where it is fetched, and until when.
         */
        post: operations["request_export"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/organisation/export/{export_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Fetch export
         * @description The ZIP, written while it is fetched, with positions in the clear: keep it as what it is.
         */
        get: operations["fetch_export"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/positions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Last positions
         * @description The live map: the last position of everybody in reach who is on a shift. Each look at somebody else is written
         *     down for them.
         */
        get: operations["last_positions"];
        put?: never;
        /**
         * Report positions
         * @description Stores where the caller was; each position has a result of its own, and one outside a shift is refused.
         */
        post: operations["report_positions"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/positions/{user_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read trail
         * @description Where somebody was on one day, oldest first. A look at somebody else is written down for them.
         */
        get: operations["read_trail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prospect-imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List imports
         * @description Lists that were handed in, newest first: a manager's own, or all for the owner.
         */
        get: operations["list_imports"];
        put?: never;
        /**
         * Import list
         * @description Hands a list in (CSV of any kind, XLSX, also packed): as a form's part ``file``, as the whole body, or by
         *     reference to an upload. It is read in the background; ``status`` says how far it is. The same list again is the
         *     same import, unless that was taken back.
         */
        post: operations["import_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prospect-imports/{import_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read import
         * @description One import with its counts, why it waits, or why it failed.
         */
        get: operations["read_import"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prospect-imports/{import_id}/cells": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read import cells
         * @description New leads by H3 cell, before and after they are written; coarser where a list reaches far.
         */
        get: operations["read_import_cells"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prospect-imports/{import_id}/commit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Commit import
         * @description Has what was judged written, in the background. Rows that are unsure wait for their decision.
         */
        post: operations["commit_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prospect-imports/{import_id}/mapping": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read mapping
         * @description The columns of a list with samples, what each is taken for, how sure that is and why.
         */
        get: operations["read_mapping"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change mapping
         * @description Says which column holds a field, while the import is `uploaded` or `ready`; then start it (again).
         */
        patch: operations["change_mapping"];
        trace?: never;
    };
    "/api/prospect-imports/{import_id}/progress": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read import progress
         * @description How far the phase is that runs: rows, rate and time left; null before the first has begun.
         */
        get: operations["read_import_progress"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prospect-imports/{import_id}/rejects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List rejects
         * @description Rows that could not be used, by line, with the reason and what they hold; all of them at once as CSV, which may
         *     be mended and handed in as it is.
         */
        get: operations["list_rejects"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prospect-imports/{import_id}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Resume import
         * @description Has an import that was paused, or failed, go on where it stopped.
         */
        post: operations["resume_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prospect-imports/{import_id}/rows": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List import rows
         * @description Rows by line, with what becomes of each and why: before the commit what would, after it what did. They are kept
         *     as long as the import can be taken back.
         */
        get: operations["list_import_rows"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prospect-imports/{import_id}/start": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Start import
         * @description Agrees to the columns of a list that was handed in for review: its rows are read and judged, in the background,
         *     and nothing is written. Again with other columns, as long as it is not committed.
         */
        post: operations["start_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prospect-imports/{import_id}/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Undo import
         * @description Has an import taken back, in the background: what it made goes, unless somebody has worked on it since, and
         *     ``stats.kept`` says what stayed. Before the commit it is put away, and while it runs it is stopped.
         */
        post: operations["undo_import"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prospect-imports/uploads": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Announce list
         * @description Says where to send a large list directly: to S3 by a signed address where there is one, or to the API.
         */
        post: operations["announce_list"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/prospect-imports/uploads/{upload_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Send list
         * @description Takes the bytes of an announced list, where the installation has no S3. Sign in as for every other request.
         */
        put: operations["send_list"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/marts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List marts
         * @description The published marts that the caller may have, with their columns; none before the first build.
         */
        get: operations["list_marts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/marts/{mart}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export mart
         * @description A whole mart of the last published build: of the territories that the caller may see.
         */
        get: operations["export_mart"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/reports/outbound": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Outbound report
         * @description Coverage, conversion and activity by week, territory and rep, as of the last published build.
         *
         *     Where nothing has been published yet, the report is empty and its `state` says so.
         */
        get: operations["outbound_report"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rules/match-thresholds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read match thresholds
         * @description How sure a match must be.
         */
        get: operations["read_match_thresholds"];
        /**
         * Set match thresholds
         * @description Sets both; what was judged before stays as it was judged.
         */
        put: operations["set_match_thresholds"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rules/outcomes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read outcomes
         * @description What each result leads to in each stage: the next stage, a cadence, the next action.
         */
        get: operations["read_outcomes"];
        /**
         * Replace outcomes
         * @description Puts another table in its place; every result is named once for every stage, and leads where a lead may go.
         */
        put: operations["replace_outcomes"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/rules/stage-policies": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read stage policies
         * @description How soon a lead is owed a touch in each stage.
         */
        get: operations["read_stage_policies"];
        /**
         * Replace stage policies
         * @description Puts another table in its place; every stage is named once. Clocks that run keep their due time.
         */
        put: operations["replace_stage_policies"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List segments
         * @description The caller's own segments and those shared with all, by age.
         */
        get: operations["list_segments"];
        put?: never;
        /**
         * Create segment
         * @description Keeps a filter under a name; managers and owners may share it. The same ``id`` again answers with 200.
         */
        post: operations["create_segment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/segments/{segment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read segment
         * @description One segment that the caller can see.
         */
        get: operations["read_segment"];
        put?: never;
        post?: never;
        /**
         * Delete segment
         * @description Deletes a saved filter; no lead changes by it.
         */
        delete: operations["delete_segment"];
        options?: never;
        head?: never;
        /**
         * Edit segment
         * @description Changes a segment's name or filter, or shares it.
         */
        patch: operations["edit_segment"];
        trace?: never;
    };
    "/api/shifts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List shifts
         * @description Shifts in the caller's reach that touch a window of time, newest first.
         */
        get: operations["list_shifts"];
        put?: never;
        /**
         * Start shift
         * @description Begins the caller's shift, or stores one that was worked offline. Another that nobody ended ends where this
         *     begins; the same request again returns the first result with 200.
         */
        post: operations["start_shift"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/shifts/{shift_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read shift
         * @description One shift in the caller's reach.
         */
        get: operations["read_shift"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Correct shift
         * @description Corrects the caller's own shift by hand; positions that no longer lie in one go.
         */
        patch: operations["correct_shift"];
        trace?: never;
    };
    "/api/shifts/{shift_id}/end": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End shift
         * @description Ends the caller's shift; one that was ended before is answered as it is.
         */
        post: operations["end_shift"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sign-in-provider": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read provider
         * @description The organisation's own sign-in, without its secret.
         */
        get: operations["read_provider"];
        /**
         * Put provider
         * @description Sets up signing in at the organisation's own OpenID Connect provider, or changes it.
         */
        put: operations["put_provider"];
        post?: never;
        /**
         * Remove provider
         * @description Takes it away again: people sign in with their passwords.
         */
        delete: operations["remove_provider"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/sync": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Fetch
         * @description What changed in the caller's reach since the cursor, and what left it; everything, page by page, without one.
         *     A key is sent what its scopes let it read.
         *
         *     A cursor that is too old, somebody else's or made for another reach is answered with ``reset`` and everything anew.
         */
        get: operations["fetch"];
        put?: never;
        /**
         * Send
         * @description Applies what was done offline; each item is applied, duplicate, deferred, conflict or rejected by itself, and
         *     asks for what the route of its own would.
         *
         *     The same batch again, or any part of it in any order, changes nothing more.
         */
        post: operations["send"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tags": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tags
         * @description Tags of leads in the caller's reach, by name, each with its number of leads.
         */
        get: operations["list_tags"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List tasks
         * @description Tasks in the caller's reach; ``due_until`` is the first moment that no longer counts.
         */
        get: operations["list_tasks"];
        put?: never;
        /**
         * Create task
         * @description Gives somebody a task, and tells them; the same request again returns the first result with 200.
         */
        post: operations["create_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks/{task_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read task
         * @description One task in the caller's reach.
         */
        get: operations["read_task"];
        put?: never;
        post?: never;
        /**
         * Delete task
         * @description Removes a task that was never done.
         */
        delete: operations["delete_task"];
        options?: never;
        head?: never;
        /**
         * Edit task
         * @description Changes an open task: its words, its due time, or whose it is.
         */
        patch: operations["edit_task"];
        trace?: never;
    };
    "/api/tasks/{task_id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel task
         * @description Calls an open task off.
         */
        post: operations["cancel_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks/{task_id}/complete": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Complete task
         * @description Marks a task as done and logs it on its lead; one that was done already is answered as it is.
         */
        post: operations["complete_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/tasks/{task_id}/reopen": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Reopen task
         * @description Opens a task again that was done or cancelled; what was logged stays logged.
         */
        post: operations["reopen_task"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/templates": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List templates
         * @description Templates of messages, by age.
         */
        get: operations["list_templates"];
        put?: never;
        /**
         * Create template
         * @description Adds a template; the same ``id`` again returns the first result with 200.
         */
        post: operations["create_template"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/templates/{template_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read template
         * @description One template.
         */
        get: operations["read_template"];
        put?: never;
        post?: never;
        /**
         * Delete template
         * @description Takes a template out of use; 409 while a step of a cadence sends it.
         */
        delete: operations["delete_template"];
        options?: never;
        head?: never;
        /**
         * Edit template
         * @description Changes a template; messages that wait are written by the new text.
         */
        patch: operations["edit_template"];
        trace?: never;
    };
    "/api/templates/{template_id}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Preview template
         * @description What a template says to a lead; nothing is sent.
         */
        post: operations["preview_template"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/territories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List territories
         * @description Territories in the caller's reach. ``root`` starts at the top of it, ``parent_id`` below one territory;
         *     ``depth`` says how many levels.
         */
        get: operations["list_territories"];
        put?: never;
        /**
         * Create territory
         * @description Cuts a territory and places the doors that lie in it; the same request again returns the first result with
         *     200.
         */
        post: operations["create_territory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/territories/{territory_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read territory
         * @description One territory with who works it.
         */
        get: operations["read_territory"];
        put?: never;
        post?: never;
        /**
         * Retire territory
         * @description Takes a territory off the map; what happened in it stays told. One that holds doors or territories is refused
         *     with 409, unless ``move_to=parent`` gives them to its parent.
         */
        delete: operations["retire_territory"];
        options?: never;
        head?: never;
        /**
         * Edit territory
         * @description Changes a territory. A changed polygon, weight or activity places the doors and open leads it touches anew.
         */
        patch: operations["edit_territory"];
        trace?: never;
    };
    "/api/territories/{territory_id}/assignments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List assignments
         * @description Who works a territory; with ``ended``, also who did.
         */
        get: operations["list_assignments"];
        put?: never;
        /**
         * Assign territory
         * @description Gives a territory to a member, and tells them; the same request again returns the first result with 200.
         */
        post: operations["assign_territory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/territories/{territory_id}/assignments/{assignment_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * End assignment
         * @description Ends an assignment; the row stays as history.
         */
        delete: operations["end_assignment"];
        options?: never;
        head?: never;
        /**
         * Change assignment
         * @description Changes a role; what it was before stays as history.
         */
        patch: operations["change_assignment"];
        trace?: never;
    };
    "/api/trips": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * List trips
         * @description Trips in the caller's reach, newest first; a territory stands for all below it too.
         */
        get: operations["list_trips"];
        put?: never;
        /**
         * Plan trip
         * @description Plans a run over leads or addresses; the same ``id`` again returns the first result with 200.
         *
         *     The order is a short one by straight lines unless ``keep_order``; distance and duration are estimates.
         */
        post: operations["plan_trip"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/trips/{trip_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Read trip
         * @description One trip with its stops in their order.
         */
        get: operations["read_trip"];
        put?: never;
        post?: never;
        /**
         * Delete trip
         * @description Removes a trip that never began; one that did is cancelled instead.
         */
        delete: operations["delete_trip"];
        options?: never;
        head?: never;
        /**
         * Edit trip
         * @description Changes the plan of a trip that is not over.
         */
        patch: operations["edit_trip"];
        trace?: never;
    };
    "/api/trips/{trip_id}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Change trip status
         * @description Starts, completes or cancels a trip; the same again changes nothing but the figures that come with it.
         */
        patch: operations["change_trip_status"];
        trace?: never;
    };
    "/api/trips/{trip_id}/stops/{stop_id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Tell of stop
         * @description Arrived, completed, skipped with a reason, or notes; in whatever order a phone's messages come.
         */
        patch: operations["tell_of_stop"];
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Healthz
         * @description The process answers.
         */
        get: operations["healthz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Metrics
         * @description Requests, connections and backlogs, for Prometheus: with the token of the settings, or from this machine.
         */
        get: operations["metrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Readyz
         * @description Everything it takes to serve is there: the database and its schema, the key ring, room on the disk.
         *
         *     200 with `degraded` where it serves, but something is wrong beside: the store of files, the newest figures. Names
         *     of servers and files stand in the log and in `outbound doctor`.
         */
        get: operations["readyz"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptIn: {
            name?: string | null;
            password: string;
            token: string;
        };
        ActivityIn: {
            /** @default [] */
            attachments?: string[];
            client_sent_at?: string | null;
            duration_secs?: number | null;
            follow_up_at?: string | null;
            id?: string | null;
            lat?: number | null;
            lon?: number | null;
            notes?: string | null;
            /** Format: date-time */
            occurred_at: string;
            result?: components["schemas"]["ActivityResult"] | null;
            trip_stop_id?: string | null;
            type: components["schemas"]["ActivityType"];
        };
        ActivityOfLead: {
            /** @default [] */
            attachments?: string[];
            duration_secs?: number | null;
            follow_up_at?: string | null;
            lat?: number | null;
            /** Format: uuid */
            lead_id: string;
            lon?: number | null;
            notes?: string | null;
            result?: components["schemas"]["ActivityResult"] | null;
            trip_stop_id?: string | null;
            type: components["schemas"]["ActivityType"];
        };
        ActivityOperation: {
            data: components["schemas"]["ActivityOfLead"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "activity";
            /** Format: date-time */
            occurred_at: string;
        };
        ActivityOut: {
            /** @default [] */
            attachments?: string[];
            channel: string | null;
            clock_suspect: boolean;
            duration_secs: number | null;
            follow_up_at: string | null;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            lead_id: string;
            notes: string | null;
            occurred_at: string;
            received_at: string;
            result: components["schemas"]["ActivityResult"] | null;
            type: components["schemas"]["ActivityType"];
            undone_at: string | null;
            user_id: string | null;
        };
        /** @enum {string} */
        ActivityResult: "NOT_HOME" | "INTERESTED" | "FOLLOW_UP" | "SCHEDULED" | "WON" | "NOT_INTERESTED" | "NOT_QUALIFIED" | "DO_NOT_CONTACT" | "LEFT_MATERIAL";
        ActivityRow: {
            follow_up_at: string | null;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            lead_id: string;
            notes: string | null;
            occurred_at: string;
            result: components["schemas"]["ActivityResult"] | null;
            trip_stop_id: string | null;
            type: components["schemas"]["ActivityType"];
            undone_at: string | null;
        };
        /** @enum {string} */
        ActivityType: "DOOR_KNOCK" | "CALL" | "SMS" | "EMAIL" | "NOTE" | "TASK" | "MEETING";
        ActivityUndone: {
            /** Format: uuid */
            activity_id: string;
        };
        ActivityUndoOperation: {
            data: components["schemas"]["ActivityUndone"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "activity.undo";
            /** Format: date-time */
            occurred_at: string;
        };
        /** @description Postal parts, or a ``line`` to be taken apart, or only a position. */
        AddressIn: {
            /** @default  */
            city?: string;
            /** @default  */
            house_number?: string;
            lat?: number | null;
            line?: string | null;
            lon?: number | null;
            /** @default  */
            postcode?: string;
            /** @default  */
            state?: string;
            /** @default  */
            street?: string;
            /** @default  */
            unit?: string;
        };
        AddressOut: {
            cell: string | null;
            city: string;
            do_not_knock: boolean;
            /** Format: uuid */
            id: string;
            lat: number | null;
            line: string;
            lon: number | null;
            /** @default false */
            position_unreadable?: boolean;
            postcode: string;
            state: string;
            unit: string;
        };
        /** @description What is left out stays as it is; ``curfew`` and ``reason`` may be null. */
        AddressPatch: {
            curfew?: string | null;
            do_not_knock?: boolean | null;
            position?: components["schemas"]["PinIn"] | null;
            reason?: string | null;
            unit?: string | null;
        };
        /** @description The door of ``address_id``, or that of a lead (one captured offline has no other name for it yet). */
        AddressUpdateOperation: {
            data: components["schemas"]["DoorEdit"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "address.update";
            /** Format: date-time */
            occurred_at: string;
        };
        Alive: {
            /** @constant */
            status: "ok";
        };
        api__schemas__identity__OrganisationOut: {
            /** Format: uuid */
            id: string;
            name: string;
            slug: string;
            zone: string;
        };
        /** @description A column of the list. */
        api__schemas__import_mapping__ColumnOut: {
            because: components["schemas"]["Because"] | null;
            confidence: number;
            field: components["schemas"]["Field"] | null;
            name: string;
            position: number;
            samples: string[];
            suggested: components["schemas"]["Field"] | null;
        };
        api__schemas__reports__ColumnOut: {
            name: string;
            type: string;
        };
        api__schemas__rules__OrganisationOut: {
            go_live_on: string | null;
            /** Format: uuid */
            id: string;
            is_demo: boolean;
            name: string;
            slug: string;
            version: number;
            zone: string;
        };
        /** @description ``role`` bounds the rows the key reaches, ``scopes`` what it may do with them. */
        ApiKeyIn: {
            expires_at?: string | null;
            id?: string | null;
            name: string;
            role: components["schemas"]["Role"];
            scopes: components["schemas"]["Operation"][];
        };
        /** @description ``member_id``: the machine that the key acts as. ``last_used_at`` is coarse: within a quarter of an hour. */
        ApiKeyOut: {
            created_at: string;
            /** Format: uuid */
            created_by_id: string;
            expires_at: string | null;
            /** Format: uuid */
            id: string;
            last_used_at: string | null;
            /** Format: uuid */
            member_id: string;
            name: string;
            revoked_at: string | null;
            role: components["schemas"]["Role"];
            scopes: string[];
        };
        AssignmentIn: {
            id?: string | null;
            /** @default false */
            is_primary?: boolean;
            role: components["schemas"]["AssignmentRole"];
            /** Format: uuid */
            user_id: string;
        };
        AssignmentOut: {
            assigned_at: string;
            /** Format: uuid */
            id: string;
            is_primary: boolean;
            role: components["schemas"]["AssignmentRole"];
            /** Format: uuid */
            territory_id: string;
            unassigned_at: string | null;
            /** Format: uuid */
            user_id: string;
            user_name: string;
        };
        AssignmentPatch: {
            is_primary?: boolean | null;
            role?: components["schemas"]["AssignmentRole"] | null;
        };
        /** @enum {string} */
        AssignmentRole: "OWNER" | "CONTRIBUTOR" | "VIEWER";
        AssignmentRow: {
            assigned_at: string;
            /** Format: uuid */
            id: string;
            role: components["schemas"]["AssignmentRole"];
            /** Format: uuid */
            territory_id: string;
            unassigned_at: string | null;
            /** Format: uuid */
            user_id: string;
        };
        AtPinOut: {
            address: components["schemas"]["PinAddressOut"] | null;
            note: string | null;
        };
        /**
         * @description A file of a lead. Once ``stored``, size, hash and type are those of what is kept: photos are written anew,
         *     upright and without EXIF, GPS or XMP, so they are not those of what was sent.
         */
        AttachmentOut: {
            activity_id: string | null;
            created_at: string;
            file_name: string;
            height: number | null;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            lead_id: string;
            media_type: components["schemas"]["MediaType"];
            sha256: string;
            size: number;
            state: components["schemas"]["AttachmentState"];
            uploaded_by: string | null;
            width: number | null;
        };
        /** @enum {string} */
        AttachmentState: "pending" | "stored";
        /** @description One change. ``acted_by`` none: the system; ``acted_for``: whose work it overrode. */
        AuditOut: {
            acted_by: string | null;
            acted_by_name: string | null;
            acted_for: string | null;
            acted_for_name: string | null;
            action: string;
            after: {
                [key: string]: unknown;
            } | null;
            before: {
                [key: string]: unknown;
            } | null;
            entity: string;
            /** Format: uuid */
            entity_id: string;
            /** Format: uuid */
            id: string;
            occurred_at: string;
            request_id: string | null;
            source: string;
        };
        /**
         * @description Where a guess comes from.
         * @enum {string}
         */
        Because: "name" | "contents" | "given" | "remembered";
        BoardColumnOut: {
            count: number;
            leads: components["schemas"]["LeadOut"][];
            overdue: number;
            stage: components["schemas"]["Stage"];
        };
        BoardOut: {
            columns: components["schemas"]["BoardColumnOut"][];
        };
        BuildOut: {
            build_id: string;
            built_at: string;
            extracted_at: string;
            go_live_on: string | null;
            zone: string;
        };
        /** @enum {string} */
        BulkAction: "reassign" | "stage" | "tag" | "untag" | "campaign";
        BulkIn: {
            action: components["schemas"]["BulkAction"];
            filter?: components["schemas"]["LeadQuery"] | null;
            id?: string | null;
            ids?: string[] | null;
            params: components["schemas"]["BulkParams"];
        };
        BulkOut: {
            action: components["schemas"]["BulkAction"];
            changed: number;
            created_by_id: string | null;
            filter: {
                [key: string]: unknown;
            } | null;
            /** Format: uuid */
            id: string;
            made_at: string;
            matched: number;
            skipped: {
                [key: string]: number;
            };
            undone: components["schemas"]["UndoneOut"] | null;
            undone_at: string | null;
            undone_by: string | null;
            value: string | null;
        };
        /** @description The one value that the action needs; ``owner_id`` and ``campaign_id`` may be null. */
        BulkParams: {
            campaign_id?: string | null;
            owner_id?: string | null;
            stage?: components["schemas"]["Stage"] | null;
            tag?: string | null;
        };
        /** @description An action, its one parameter, and the leads: by ``filter`` or by ``ids``. */
        BulkPreviewIn: {
            action: components["schemas"]["BulkAction"];
            filter?: components["schemas"]["LeadQuery"] | null;
            ids?: string[] | null;
            params: components["schemas"]["BulkParams"];
        };
        /** @description What would happen. ``most`` is what one call changes: a filter that matches more must be narrowed. */
        BulkPreviewOut: {
            changes: number;
            matched: number;
            /** @default 10000 */
            most?: number;
            samples: string[];
            skipped: components["schemas"]["SkippedOut"][];
        };
        CadenceIn: {
            /** @default true */
            active?: boolean;
            description?: string | null;
            id?: string | null;
            name: string;
            /** @default [] */
            steps?: components["schemas"]["StepIn"][];
            target_stage: components["schemas"]["Stage"];
        };
        CadenceOut: {
            active: boolean;
            created_at: string;
            description: string | null;
            edition: number;
            /** Format: uuid */
            id: string;
            name: string;
            running: number;
            steps: components["schemas"]["StepOut"][];
            target_stage: components["schemas"]["Stage"];
            updated_at: string;
            version: number;
        };
        /** @description What is left out stays; ``steps`` is the whole list. */
        CadencePatch: {
            active?: boolean | null;
            description?: string | null;
            name?: string | null;
            steps?: components["schemas"]["StepIn"][] | null;
            target_stage?: components["schemas"]["Stage"] | null;
        };
        CampaignIn: {
            /** @default true */
            active?: boolean;
            description?: string | null;
            ends_on?: string | null;
            id?: string | null;
            name: string;
            starts_on?: string | null;
        };
        CampaignOut: {
            active: boolean;
            created_at: string;
            description: string | null;
            ends_on: string | null;
            /** Format: uuid */
            id: string;
            name: string;
            starts_on: string | null;
            updated_at: string;
            version: number;
        };
        /** @description What is left out stays as it is; the days and the description may be null. */
        CampaignPatch: {
            active?: boolean | null;
            description?: string | null;
            ends_on?: string | null;
            name?: string | null;
            starts_on?: string | null;
        };
        /** @description A lead as it was captured, and others in the caller's reach that it may be, the likeliest first. */
        CapturedLeadOut: {
            address: components["schemas"]["AddressOut"] | null;
            archived_at: string | null;
            campaign_id: string | null;
            consent: {
                [key: string]: components["schemas"]["ConsentOut"];
            };
            created_at: string;
            created_by_id: string | null;
            due_at: string | null;
            email: string | null;
            estimated_value_cents: number | null;
            external_ref: string | null;
            first_name: string | null;
            /** Format: uuid */
            id: string;
            import_id: string | null;
            language: string | null;
            last_activity_at: string | null;
            last_name: string | null;
            lead_type: components["schemas"]["LeadType"];
            likely_duplicates: components["schemas"]["LikelyOut"][];
            merged_into_id: string | null;
            next_action_at: string | null;
            owner_id: string | null;
            owner_name: string | null;
            phone: string | null;
            sla_state: components["schemas"]["SlaState"];
            source: string | null;
            stage: components["schemas"]["Stage"];
            stage_entered_at: string;
            tags: string[];
            territory_id: string | null;
            timeline: string;
            updated_at: string;
            version: number;
            yard_size_sqft: number | null;
        };
        CellOfLeads: {
            cell: string;
            leads: number;
        };
        /** @description A page of what changed. Rows replace what the phone has under their id. */
        ChangesOut: {
            activities: components["schemas"]["ActivityRow"][];
            assignments: components["schemas"]["AssignmentRow"][];
            cursor: string;
            enrollments: components["schemas"]["EnrollmentRow"][];
            gone: components["schemas"]["GoneOut"][];
            leads: components["schemas"]["LeadOut"][];
            more: boolean;
            reason: string | null;
            reset: boolean;
            rules: {
                [key: string]: unknown;
            } | null;
            server_time: string;
            stops: components["schemas"]["StopRow"][];
            tasks: components["schemas"]["TaskRow"][];
            territories: components["schemas"]["TerritoryRow"][];
            trips: components["schemas"]["TripRow"][];
        };
        /** @description What is asked for of the leads that are added. */
        CommitIn: {
            cadence_id?: string | null;
            campaign_id?: string | null;
        };
        CompletionIn: {
            client_sent_at?: string | null;
            duration_secs?: number | null;
            id?: string | null;
            notes?: string | null;
            occurred_at?: string | null;
        };
        ConfirmedOut: {
            next: string;
        };
        ConfirmIn: {
            proof: string;
        };
        /**
         * @description Ways of reaching somebody that need their consent.
         * @enum {string}
         */
        ConsentChannel: "sms" | "email" | "call";
        /** @description What somebody said about being reached, at the door. */
        ConsentGiven: {
            channel: components["schemas"]["ConsentChannel"];
            granted: boolean;
            /** Format: uuid */
            lead_id: string;
            source?: string | null;
        };
        ConsentIn: {
            at?: string | null;
            granted: boolean;
            source?: string | null;
        };
        /** @description What somebody said about being reached, at the door. */
        ConsentOperation: {
            data: components["schemas"]["ConsentGiven"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "consent";
            /** Format: date-time */
            occurred_at: string;
        };
        ConsentOut: {
            at: string | null;
            granted: boolean;
            source: string | null;
        };
        /** @description What a week's touches stand beside: leads that entered SCHEDULED and WON in it. */
        ConversionOut: {
            cadence_messages: number;
            door_touches: number;
            scheduled: number;
            touches: number;
            /** Format: date */
            week_start: string;
            won: number;
        };
        /** @description A territory with all below it, in the last week of the span. */
        CoverageOut: {
            closes_per_trip: number | null;
            cold_ratio: number | null;
            covered_cells: number;
            door_touches: number;
            doors: number;
            gap_ratio: number | null;
            had_owner: boolean;
            name: string;
            parent_id: string | null;
            reached_cells: number;
            scheduled: number;
            /** Format: uuid */
            territory_id: string;
            touches: number;
            type: components["schemas"]["TerritoryType"];
            /** Format: date */
            week_start: string;
            won: number;
            workable_cells: number;
        };
        DeactivateIn: {
            to: string | "territory_owner";
        };
        DecisionIn: {
            decision: components["schemas"]["MatchDecision"];
        };
        /** @description ``confirm``: the organisation's own short name. */
        DeletionIn: {
            confirm: string;
        };
        DeletionOut: {
            due_at: string;
            requested_at: string;
            /** Format: uuid */
            requested_by: string;
            withdrawn_at: string | null;
        };
        /**
         * @description What a trip's planned distance was measured along.
         * @enum {string}
         */
        DistanceBasis: "straight_line" | "streets";
        /** @description A door with its leads in the caller's reach. */
        DoorDetailOut: {
            cell: string | null;
            city: string;
            created_at: string;
            curfew: string | null;
            do_not_knock: boolean;
            do_not_knock_at: string | null;
            do_not_knock_reason: string | null;
            house_number: string;
            /** Format: uuid */
            id: string;
            lat: number | null;
            leads: components["schemas"]["LeadAtDoorOut"][];
            location_accuracy: number | null;
            location_confidence: number | null;
            location_source: components["schemas"]["LocationSource"] | null;
            lon: number | null;
            /** @default false */
            position_unreadable?: boolean;
            postcode: string;
            state: string;
            street: string;
            territory_id: string | null;
            unit: string;
            updated_at: string;
            version: number;
        };
        /** @description The door of ``address_id``, or that of a lead (one captured offline has no other name for it yet). */
        DoorEdit: {
            address_id?: string | null;
            curfew?: string | null;
            do_not_knock?: boolean | null;
            lead_id?: string | null;
            position?: components["schemas"]["PinIn"] | null;
            reason?: string | null;
            unit?: string | null;
            version?: number | null;
        };
        DoorOut: {
            cell: string | null;
            city: string;
            created_at: string;
            curfew: string | null;
            do_not_knock: boolean;
            do_not_knock_at: string | null;
            do_not_knock_reason: string | null;
            house_number: string;
            /** Format: uuid */
            id: string;
            lat: number | null;
            location_accuracy: number | null;
            location_confidence: number | null;
            location_source: components["schemas"]["LocationSource"] | null;
            lon: number | null;
            /** @default false */
            position_unreadable?: boolean;
            postcode: string;
            state: string;
            street: string;
            territory_id: string | null;
            unit: string;
            updated_at: string;
            version: number;
        };
        /** @description A door with its leads, and how many doors of its building are in reach (this one among them). */
        DoorWithUnitsOut: {
            cell: string | null;
            city: string;
            created_at: string;
            curfew: string | null;
            do_not_knock: boolean;
            do_not_knock_at: string | null;
            do_not_knock_reason: string | null;
            house_number: string;
            /** Format: uuid */
            id: string;
            lat: number | null;
            leads: components["schemas"]["LeadAtDoorOut"][];
            location_accuracy: number | null;
            location_confidence: number | null;
            location_source: components["schemas"]["LocationSource"] | null;
            lon: number | null;
            /** @default false */
            position_unreadable?: boolean;
            postcode: string;
            state: string;
            street: string;
            territory_id: string | null;
            unit: string;
            units: number;
            updated_at: string;
            version: number;
        };
        /** @description What was enrolled, and which leads were not and why (of many; one that cannot be is an error). */
        EnrolledOut: {
            items: components["schemas"]["EnrollmentOut"][];
            refused: components["schemas"]["RefusedOut"][];
        };
        /** @description One lead, under an ``id`` of the client's if it likes; or many at once. */
        EnrollIn: {
            id?: string | null;
            lead_id?: string | null;
            lead_ids?: string[] | null;
        };
        /**
         * @description Why an enrolment is over.
         * @enum {string}
         */
        EnrollmentEnd: "finished" | "by_hand" | "stage_left" | "cadence_retired" | "do_not_contact";
        EnrollmentOut: {
            /** Format: uuid */
            cadence_id: string;
            cadence_name: string;
            cancelled_at: string | null;
            completed_at: string | null;
            current_step_id: string | null;
            edition: number;
            ended_because: components["schemas"]["EnrollmentEnd"] | null;
            /** Format: uuid */
            id: string;
            last_executed_at: string | null;
            /** Format: uuid */
            lead_id: string;
            next_action: components["schemas"]["NextAction"] | null;
            next_run_at: string | null;
            paused_at: string | null;
            started_at: string;
            status: components["schemas"]["EnrollmentStatus"];
        };
        EnrollmentRow: {
            /** Format: uuid */
            cadence_id: string;
            current_step_id: string | null;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            lead_id: string;
            next_run_at: string | null;
            status: components["schemas"]["EnrollmentStatus"];
        };
        /** @enum {string} */
        EnrollmentStatus: "active" | "paused" | "completed" | "cancelled";
        Enrolment: {
            /** Format: uuid */
            cadence_id: string;
            /** Format: uuid */
            lead_id: string;
        };
        EnrolmentOperation: {
            data: components["schemas"]["Enrolment"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "enrolment";
            /** Format: date-time */
            occurred_at: string;
        };
        /** @description One thing that happened; of the four, the one that ``kind`` names is filled. */
        EntryOut: {
            activity?: components["schemas"]["ActivityOut"] | null;
            at: string;
            kind: components["schemas"]["TimelineKind"];
            message?: components["schemas"]["TimelineMessageOut"] | null;
            stage_change?: components["schemas"]["StageChangeOut"] | null;
            task?: components["schemas"]["TimelineTaskOut"] | null;
        };
        ErasedOut: {
            again: boolean;
            erased_at: string;
            lead_ids: string[];
        };
        /** @description There is no way back, so the caller says that they mean it. */
        EraseIn: {
            /** @constant */
            confirm: true;
        };
        ErasePreviewOut: {
            activities: number;
            already_erased: boolean;
            attachments: number;
            lead_ids: string[];
            messages: number;
            same_contact: string[];
            tasks: number;
        };
        /** @description What one batch did; ``more``: call again at once. */
        ExecutedOut: {
            cancelled: number;
            completed: number;
            messages_queued: number;
            messages_suppressed: number;
            more: boolean;
            processed: number;
            tasks_created: number;
        };
        ExportOut: {
            expires_at: string;
            /** Format: uuid */
            id: string;
            url: string;
        };
        /**
         * @description What a column may mean to us.
         * @enum {string}
         */
        Field: "house_number" | "house_number_suffix" | "street_direction" | "street" | "street_suffix" | "address" | "unit" | "city" | "state" | "postcode" | "lat" | "lon" | "position" | "first_name" | "last_name" | "full_name" | "phone" | "email" | "language" | "yard_size_sqft" | "external_ref";
        FieldError: {
            field: string;
            reason: string;
        };
        ForgottenOut: {
            deleted: number;
        };
        /** @enum {string} */
        Format: "csv" | "parquet";
        GoneOut: {
            /** Format: uuid */
            id: string;
            /** @enum {string} */
            kind: "lead" | "task" | "enrollment" | "trip" | "stop" | "territory" | "assignment" | "activity";
        };
        /** @description What whoever quotes needs to know of the lead. */
        HandoffLeadOut: {
            city: string;
            email: string | null;
            first_name: string | null;
            last_name: string | null;
            line: string;
            owner_id: string | null;
            phone: string | null;
            postcode: string;
            stage: components["schemas"]["Stage"];
            state: string;
            unit: string;
        };
        HandoffOut: {
            decided_at: string | null;
            /** Format: uuid */
            id: string;
            lead: components["schemas"]["HandoffLeadOut"] | null;
            /** Format: uuid */
            lead_id: string;
            scheduled_at: string;
            status: components["schemas"]["HandoffStatus"];
            value_cents: number | null;
        };
        HandoffPatch: {
            status?: ("quoted" | "accepted" | "declined") | null;
            value_cents?: number | null;
        };
        /** @enum {string} */
        HandoffStatus: "pending" | "quoted" | "accepted" | "declined";
        /**
         * @description What a member holds: ``leads`` in open stages, open ``tasks``, ``trips`` planned or under way,
         *     running ``enrollments`` of these leads, ``territories`` assigned, and API ``keys`` they made, which end.
         *     ``recipients``: who would get it, or got it.
         */
        HandoverOut: {
            enrollments: number;
            keys: number;
            leads: number;
            recipients: components["schemas"]["RecipientOut"][];
            tasks: number;
            territories: number;
            trips: number;
        };
        ImportOut: {
            created_at: string;
            error: string | null;
            file_name: string;
            file_sha256: string;
            finished_at: string | null;
            /** Format: uuid */
            id: string;
            options: {
                [key: string]: unknown;
            };
            phase: components["schemas"]["ImportPhase"] | null;
            source: components["schemas"]["ImportSource"];
            stats: {
                [key: string]: unknown;
            };
            status: components["schemas"]["ImportStatus"];
            /** Format: uuid */
            uploaded_by: string;
            waits?: string | null;
        };
        /**
         * @description What an import does next; a phase that was cut short is begun again.
         * @enum {string}
         */
        ImportPhase: "reading" | "locating" | "matching" | "assigning" | "writing" | "completed" | "undoing" | "undone";
        /** @enum {string} */
        ImportSource: "CSV" | "Purchase" | "Manual";
        /** @enum {string} */
        ImportStatus: "uploaded" | "processing" | "ready" | "completed" | "paused" | "failed" | "undone";
        InvitationIn: {
            email: string;
            id?: string | null;
            role: components["schemas"]["Role"];
        };
        /** @description ``state``: pending may be accepted until ``expires_at``. */
        InvitationOut: {
            accepted_by_id: string | null;
            created_at: string;
            email: string;
            expires_at: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            invited_by_id: string;
            role: components["schemas"]["Role"];
            /** @enum {string} */
            state: "pending" | "accepted" | "revoked" | "expired";
        };
        /** @description ``link`` is told once, and only where it was not ``sent`` by mail: hand it over yourself. */
        InvitedOut: {
            accepted_by_id: string | null;
            created_at: string;
            email: string;
            expires_at: string;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            invited_by_id: string;
            link: string | null;
            role: components["schemas"]["Role"];
            sent: boolean;
            /** @enum {string} */
            state: "pending" | "accepted" | "revoked" | "expired";
        };
        LeadAtDoorOut: {
            first_name: string | null;
            /** Format: uuid */
            id: string;
            last_name: string | null;
            lead_type: components["schemas"]["LeadType"];
            owner_id: string | null;
            stage: components["schemas"]["Stage"];
        };
        LeadCreateOperation: {
            data: components["schemas"]["LeadIn"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "lead.create";
            /** Format: date-time */
            occurred_at: string;
        };
        LeadEdit: {
            address?: components["schemas"]["AddressIn"] | null;
            campaign_id?: string | null;
            consent?: {
                [key: string]: components["schemas"]["ConsentIn"];
            } | null;
            email?: string | null;
            estimated_value_cents?: number | null;
            external_ref?: string | null;
            first_name?: string | null;
            language?: string | null;
            last_name?: string | null;
            /** Format: uuid */
            lead_id: string;
            lead_type?: components["schemas"]["LeadType"] | null;
            next_action_at?: string | null;
            owner_id?: string | null;
            phone?: string | null;
            source?: string | null;
            tags?: string[] | null;
            version?: number | null;
            yard_size_sqft?: number | null;
        };
        LeadIn: {
            address?: components["schemas"]["AddressIn"] | null;
            address_id?: string | null;
            campaign_id?: string | null;
            email?: string | null;
            estimated_value_cents?: number | null;
            first_name?: string | null;
            id?: string | null;
            language?: string | null;
            last_name?: string | null;
            owner_id?: string | null;
            phone?: string | null;
            source?: string | null;
            yard_size_sqft?: number | null;
        };
        LeadOut: {
            address: components["schemas"]["AddressOut"] | null;
            archived_at: string | null;
            campaign_id: string | null;
            consent: {
                [key: string]: components["schemas"]["ConsentOut"];
            };
            created_at: string;
            created_by_id: string | null;
            due_at: string | null;
            email: string | null;
            estimated_value_cents: number | null;
            external_ref: string | null;
            first_name: string | null;
            /** Format: uuid */
            id: string;
            import_id: string | null;
            language: string | null;
            last_activity_at: string | null;
            last_name: string | null;
            lead_type: components["schemas"]["LeadType"];
            merged_into_id: string | null;
            next_action_at: string | null;
            owner_id: string | null;
            owner_name: string | null;
            phone: string | null;
            sla_state: components["schemas"]["SlaState"];
            source: string | null;
            stage: components["schemas"]["Stage"];
            stage_entered_at: string;
            tags: string[];
            territory_id: string | null;
            timeline: string;
            updated_at: string;
            version: number;
            yard_size_sqft: number | null;
        };
        /** @description What is left out stays as it is; null empties a field, and takes the owner away. */
        LeadPatch: {
            address?: components["schemas"]["AddressIn"] | null;
            campaign_id?: string | null;
            consent?: {
                [key: string]: components["schemas"]["ConsentIn"];
            } | null;
            email?: string | null;
            estimated_value_cents?: number | null;
            external_ref?: string | null;
            first_name?: string | null;
            language?: string | null;
            last_name?: string | null;
            lead_type?: components["schemas"]["LeadType"] | null;
            next_action_at?: string | null;
            owner_id?: string | null;
            phone?: string | null;
            source?: string | null;
            tags?: string[] | null;
            yard_size_sqft?: number | null;
        };
        /** @description Conditions that must all hold; one left out asks for nothing. */
        LeadQuery: {
            bbox?: [
                number,
                number,
                number,
                number
            ] | null;
            cadence_status?: components["schemas"]["EnrollmentStatus"] | null;
            campaign_id?: string | null;
            cell?: string | null;
            import_id?: string | null;
            lead_type?: components["schemas"]["LeadType"] | null;
            owner_id?: string | ("me" | "none") | null;
            q?: string | null;
            sla?: components["schemas"]["SlaState"] | null;
            stage?: components["schemas"]["Stage"][];
            tag?: string | null;
            territory_id?: string | null;
            updated_since?: string | null;
        };
        /**
         * @description The orders a list of leads can have.
         * @enum {string}
         */
        LeadSort: "newest" | "due" | "last_activity" | "stage_entered";
        /** @enum {string} */
        LeadType: "inbound" | "outbound" | "partner";
        LeadUpdateOperation: {
            data: components["schemas"]["LeadEdit"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "lead.update";
            /** Format: date-time */
            occurred_at: string;
        };
        /** @description A lead in the caller's reach that another one may be. */
        LikelyOut: {
            evidence: {
                [key: string]: string;
            };
            /** Format: uuid */
            lead_id: string;
            /** @enum {string} */
            outcome: "same" | "unsure";
            score: number;
        };
        /** @description The secret of a link, which stands behind its ``#``. */
        LinkIn: {
            token: string;
        };
        ListUploadIn: {
            sha256: string;
            size: number;
        };
        /** @description Where to send the bytes: by ``method`` to ``url``, with exactly these headers. Then hand ``upload_id`` in. */
        ListUploadOut: {
            expires_at: string;
            headers: {
                [key: string]: string;
            };
            method: string;
            /** Format: uuid */
            upload_id: string;
            url: string;
        };
        /**
         * @description Where the position of an address came from.
         * @enum {string}
         */
        LocationSource: "file" | "pin" | "address_point" | "interpolated" | "geocoder" | "zip_centroid";
        /** @description The stored activity and what it made of its lead. */
        LoggedOut: {
            activity: components["schemas"]["ActivityOut"];
            lead: components["schemas"]["LeadOut"] | null;
        };
        /**
         * @description How somebody looked at where a rep is: the last position, or a day's trail.
         * @enum {string}
         */
        LookKind: "latest" | "trail";
        /** @description Somebody looked at where the caller is or was. */
        LookOut: {
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["LookKind"];
            looked_at: string;
            /** Format: uuid */
            looked_by: string;
            looked_by_name: string;
            window_from: string;
            window_until: string;
        };
        /** @description What is known of a list before its rows are read. */
        MappingOut: {
            columns: components["schemas"]["api__schemas__import_mapping__ColumnOut"][];
            columns_total: number;
            delimiter: string;
            encoding: string;
            fields: components["schemas"]["Field"][];
            has_header: boolean;
            mapping: {
                [key: string]: string;
            };
            problem: string | null;
            remembered: boolean;
            sheet: string | null;
            skipped_lines: number;
        };
        /** @description Which column holds a field; none where no column does. Fields that are not named stay as they are. */
        MappingPatch: {
            columns: {
                [key: string]: string | null;
            };
            /**
             * @description For the next list with the same header.
             * @default true
             */
            remember?: boolean;
        };
        /** @description A table of the published build. */
        MartOut: {
            columns: components["schemas"]["api__schemas__reports__ColumnOut"][];
            name: string;
        };
        /**
         * @description What a person said of a row that was unsure.
         * @enum {string}
         */
        MatchDecision: "same" | "new";
        /** @description Two records that may be one lead, side by side. */
        MatchOut: {
            because: string | null;
            decided_at: string | null;
            decided_by: string | null;
            decision: components["schemas"]["MatchDecision"] | null;
            evidence: {
                [key: string]: string;
            };
            found_at: string;
            /** Format: uuid */
            id: string;
            import_id: string | null;
            /** @enum {string} */
            kind: "row" | "leads";
            left: components["schemas"]["SideOut"];
            right: components["schemas"]["SideOut"];
            score: number;
        };
        /** @description Who is signed in. ``territories``: ids within reach, null for the whole organisation. */
        Me: {
            organisation: components["schemas"]["api__schemas__identity__OrganisationOut"];
            role: components["schemas"]["Role"];
            scopes?: string[] | null;
            territories: string[] | null;
            user: components["schemas"]["PersonOut"];
        };
        /**
         * @description What may be attached to a lead.
         * @enum {string}
         */
        MediaType: "image/jpeg" | "image/png" | "image/webp" | "application/pdf";
        MemberEdit: {
            /** @description `true` lets a member in again; to shut one out, deactivate them. */
            active?: true | null;
            role?: components["schemas"]["Role"] | null;
        };
        /** @description A member. ``email`` is told to who manages people, and null for a machine. */
        MemberOut: {
            active: boolean;
            email: string | null;
            email_verified: boolean | null;
            /** Format: uuid */
            id: string;
            is_machine: boolean;
            joined_at: string;
            name: string;
            role: components["schemas"]["Role"];
            version: number;
        };
        MergeIn: {
            /** Format: uuid */
            from_id: string;
        };
        /** @enum {string} */
        MessageChannel: "SMS" | "EMAIL";
        /** @enum {string} */
        MessageDirection: "outbound" | "inbound";
        MessageOut: {
            channel: components["schemas"]["MessageChannel"];
            created_at: string;
            delivered_at: string | null;
            direction: components["schemas"]["MessageDirection"];
            enrollment_id: string | null;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            lead_id: string;
            reason: string | null;
            scheduled_for: string | null;
            sent_at: string | null;
            status: components["schemas"]["MessageStatus"];
            step_id: string | null;
            template_id: string | null;
        };
        /** @enum {string} */
        MessageStatus: "queued" | "sent" | "delivered" | "failed" | "suppressed";
        /** @description A door without a lead: postal parts, a ``line``, or a position alone. */
        NewAddressIn: {
            address: components["schemas"]["AddressIn"];
            id?: string | null;
        };
        /** @description ``key`` is the whole key, told this once: send it as ``Authorization: Bearer …``. Null for a repeat. */
        NewApiKeyOut: {
            created_at: string;
            /** Format: uuid */
            created_by_id: string;
            expires_at: string | null;
            /** Format: uuid */
            id: string;
            key: string | null;
            last_used_at: string | null;
            /** Format: uuid */
            member_id: string;
            name: string;
            revoked_at: string | null;
            role: components["schemas"]["Role"];
            scopes: string[];
        };
        NewStepIn: {
            /** @default false */
            auto_complete?: boolean;
            channel: components["schemas"]["StepChannel"];
            id?: string | null;
            metadata?: {
                [key: string]: unknown;
            } | null;
            order?: number | null;
            sla_minutes?: number | null;
            template_id?: string | null;
            /** @default 0 */
            wait_minutes?: number;
        };
        /** @description What happens next, and when it is due. */
        NextAction: {
            channel: components["schemas"]["StepChannel"];
            due_at: string | null;
            order: number;
            /** Format: uuid */
            step_id: string;
            template_id: string | null;
        };
        /** @enum {string} */
        NotificationKind: "lead_assigned" | "task_assigned" | "territory_assigned" | "figures_held_back";
        NotificationOut: {
            caused_by: string | null;
            created_at: string;
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["NotificationKind"];
            lead_id: string | null;
            payload: {
                [key: string]: unknown;
            } | null;
            read_at: string | null;
            task_id: string | null;
            territory_id: string | null;
        };
        NotificationsOut: {
            items: components["schemas"]["NotificationOut"][];
            next_cursor: string | null;
            unread: number;
        };
        /** @description What a link offers. ``known``: the person has a password already, and enters with it. */
        OfferOut: {
            email: string;
            known: boolean;
            organisation: string;
        };
        /**
         * @description What can be done, as ``what:how``; the same words are the scopes of an API key.
         * @enum {string}
         */
        Operation: "leads:read" | "leads:write" | "leads:reassign" | "leads:delete" | "leads:merge" | "leads:bulk" | "activities:read" | "activities:write" | "addresses:read" | "addresses:write" | "attachments:read" | "attachments:write" | "tasks:read" | "tasks:write" | "shifts:write" | "shifts:read" | "positions:read" | "positions:log" | "territories:read" | "territories:write" | "cadences:read" | "cadences:write" | "enrollments:read" | "enrollments:write" | "cadences:execute" | "messages:read" | "trips:read" | "trips:write" | "campaigns:read" | "campaigns:write" | "segments:write" | "imports:read" | "imports:write" | "handoffs:read" | "handoffs:write" | "reports:read" | "models:read" | "notifications:read" | "sync" | "profile" | "members:read" | "members:write" | "keys:write" | "rules:read" | "rules:write" | "sign-in-provider:write" | "audit:read" | "erase" | "export" | "organisation:delete";
        /** @enum {string} */
        Optimization: "FASTEST" | "SHORTEST" | "WALKING";
        /** @description What is left out stays; ``go_live_on`` may be null. */
        OrganisationPatch: {
            go_live_on?: string | null;
            name?: string | null;
            zone?: string | null;
        };
        outbound__positions__requests__PositionIn: {
            accuracy?: number | null;
            /** Format: uuid */
            id: string;
            lat: number;
            lon: number;
            /** Format: date-time */
            occurred_at: string;
        };
        /** @enum {string} */
        outbound__positions__service__Outcome: "applied" | "duplicate" | "outside_shift" | "too_old" | "conflict";
        /**
         * @description What one operation of a batch came to.
         * @enum {string}
         */
        outbound__sync__operations__Outcome: "applied" | "duplicate" | "deferred" | "conflict" | "rejected";
        /** @description WGS 84, degrees. Kept encrypted. */
        outbound__trips__requests__PositionIn: {
            lat: number;
            lon: number;
        };
        OutcomesIn: {
            items: components["schemas"]["OutcomeWire"][];
        };
        OutcomesOut: {
            items: components["schemas"]["OutcomeWire"][];
            version: number;
        };
        OutcomeWire: {
            cadence_id?: string | null;
            next_action_minutes?: number | null;
            result: components["schemas"]["ActivityResult"];
            stage: components["schemas"]["Stage"];
            to_stage: components["schemas"]["Stage"];
        };
        /**
         * @description Who is given a territory's new leads, of those who work it.
         * @enum {string}
         */
        OwnerRule: "fixed" | "round_robin" | "least_loaded";
        Page_ActivityOut_: {
            items: components["schemas"]["ActivityOut"][];
            next_cursor: string | null;
        };
        Page_ApiKeyOut_: {
            items: components["schemas"]["ApiKeyOut"][];
            next_cursor: string | null;
        };
        Page_AttachmentOut_: {
            items: components["schemas"]["AttachmentOut"][];
            next_cursor: string | null;
        };
        Page_AuditOut_: {
            items: components["schemas"]["AuditOut"][];
            next_cursor: string | null;
        };
        Page_BulkOut_: {
            items: components["schemas"]["BulkOut"][];
            next_cursor: string | null;
        };
        Page_CadenceOut_: {
            items: components["schemas"]["CadenceOut"][];
            next_cursor: string | null;
        };
        Page_CampaignOut_: {
            items: components["schemas"]["CampaignOut"][];
            next_cursor: string | null;
        };
        Page_DoorDetailOut_: {
            items: components["schemas"]["DoorDetailOut"][];
            next_cursor: string | null;
        };
        Page_DoorOut_: {
            items: components["schemas"]["DoorOut"][];
            next_cursor: string | null;
        };
        Page_EnrollmentOut_: {
            items: components["schemas"]["EnrollmentOut"][];
            next_cursor: string | null;
        };
        Page_EntryOut_: {
            items: components["schemas"]["EntryOut"][];
            next_cursor: string | null;
        };
        Page_HandoffOut_: {
            items: components["schemas"]["HandoffOut"][];
            next_cursor: string | null;
        };
        Page_ImportOut_: {
            items: components["schemas"]["ImportOut"][];
            next_cursor: string | null;
        };
        Page_InvitationOut_: {
            items: components["schemas"]["InvitationOut"][];
            next_cursor: string | null;
        };
        Page_LeadOut_: {
            items: components["schemas"]["LeadOut"][];
            next_cursor: string | null;
        };
        Page_LookOut_: {
            items: components["schemas"]["LookOut"][];
            next_cursor: string | null;
        };
        Page_MatchOut_: {
            items: components["schemas"]["MatchOut"][];
            next_cursor: string | null;
        };
        Page_MemberOut_: {
            items: components["schemas"]["MemberOut"][];
            next_cursor: string | null;
        };
        Page_MessageOut_: {
            items: components["schemas"]["MessageOut"][];
            next_cursor: string | null;
        };
        Page_RejectOut_: {
            items: components["schemas"]["RejectOut"][];
            next_cursor: string | null;
        };
        Page_RowOut_: {
            items: components["schemas"]["RowOut"][];
            next_cursor: string | null;
        };
        Page_SegmentOut_: {
            items: components["schemas"]["SegmentOut"][];
            next_cursor: string | null;
        };
        Page_SessionOut_: {
            items: components["schemas"]["SessionOut"][];
            next_cursor: string | null;
        };
        Page_ShiftOut_: {
            items: components["schemas"]["ShiftOut"][];
            next_cursor: string | null;
        };
        Page_SightingOut_: {
            items: components["schemas"]["SightingOut"][];
            next_cursor: string | null;
        };
        Page_TagOut_: {
            items: components["schemas"]["TagOut"][];
            next_cursor: string | null;
        };
        Page_TaskOut_: {
            items: components["schemas"]["TaskOut"][];
            next_cursor: string | null;
        };
        Page_TemplateOut_: {
            items: components["schemas"]["TemplateOut"][];
            next_cursor: string | null;
        };
        Page_TerritoryOut_: {
            items: components["schemas"]["TerritoryOut"][];
            next_cursor: string | null;
        };
        Page_TripOut_: {
            items: components["schemas"]["TripOut"][];
            next_cursor: string | null;
        };
        /** @description ``email`` is null for a machine. */
        PersonOut: {
            email: string | null;
            /** Format: uuid */
            id: string;
            name: string;
        };
        /** @description A file that will be sent, apart from its id. */
        PhotoOperation: {
            data: components["schemas"]["UploadFields"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "photo";
            /** Format: date-time */
            occurred_at: string;
        };
        /** @description An address as people write it. */
        PinAddressOut: {
            city: string;
            house_number: string;
            line: string;
            metres: number;
            postcode: string;
            source: components["schemas"]["LocationSource"];
            state: string;
            street: string;
            unit: string;
        };
        PinIn: {
            lat: number;
            lon: number;
        };
        /** @description Leads in a stage, as of the build. */
        PipelineOut: {
            estimated_value_cents: number;
            leads: number;
            overdue: number;
            stage: components["schemas"]["Stage"];
            unowned: number;
        };
        /** @description Where the phone was when the operation occurred. */
        Position: {
            accuracy?: number | null;
            lat: number;
            lon: number;
            shift_id?: string | null;
        };
        /** @description Where the phone was when the operation occurred. */
        PositionOperation: {
            data: components["schemas"]["Position"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "position";
            /** Format: date-time */
            occurred_at: string;
        };
        PositionOut: {
            lat: number;
            lon: number;
        };
        Positions: {
            positions: components["schemas"]["outbound__positions__requests__PositionIn"][];
            shift_id?: string | null;
        };
        PositionsIn: {
            client_sent_at?: string | null;
            positions: components["schemas"]["outbound__positions__requests__PositionIn"][];
        };
        PositionsOperation: {
            data: components["schemas"]["Positions"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "positions";
            /** Format: date-time */
            occurred_at: string;
        };
        PreviewIn: {
            /** Format: uuid */
            lead_id: string;
        };
        /** @description What the template says to this lead. */
        PreviewOut: {
            body: string;
            missing: string[];
            subject: string | null;
            unknown: string[];
        };
        /** @description What went wrong (RFC 9457). Further members tell the present state, such as `version`. */
        Problem: {
            /** @description One sentence: what is wrong, where, and what to do. */
            detail: string;
            errors?: {
                field: string;
                reason: string;
            }[];
            status: number;
            title: string;
            /** @constant */
            type: "about:blank";
        };
        ProfileEdit: {
            name?: string | null;
            old_password?: string | null;
            password?: string | null;
        };
        /** @description How far the phase is that runs, or ran last. */
        ProgressOut: {
            began_at: string;
            phase: components["schemas"]["ImportPhase"];
            rate: number | null;
            rows: number;
            seconds_left: number | null;
            share: number | null;
            total: number | null;
            updated_at: string;
        };
        /** @description ``client_secret`` left out keeps the one that is stored. */
        ProviderIn: {
            allowed_domain: string;
            client_id: string;
            client_secret?: string | null;
            /** @default true */
            enabled?: boolean;
            issuer: string;
        };
        /**
         * @description ``start_url``: where people of the organisation begin to sign in; ``redirect_uri``: what the provider must allow.
         *     The secret is never told.
         */
        ProviderOut: {
            allowed_domain: string;
            client_id: string;
            enabled: boolean;
            issuer: string;
            redirect_uri: string;
            start_url: string;
            version: number;
        };
        /** @description Which notes were read: ``ids``, or ``all``. */
        ReadIn: {
            /** @default false */
            all?: boolean;
            ids?: string[] | null;
        };
        Readiness: {
            checks: {
                [key: string]: string;
            };
            /** @enum {string} */
            status: "ready" | "degraded";
            warnings?: {
                [key: string]: string;
            };
        };
        ReadOut: {
            marked: number;
            unread: number;
        };
        /** @description What one member is given; the caller is given what has no territory owner. */
        RecipientOut: {
            leads: number;
            /** Format: uuid */
            member_id: string;
            tasks: number;
            trips: number;
        };
        RefreshIn: {
            refresh_token: string;
        };
        RefusedOut: {
            /** Format: uuid */
            lead_id: string;
            reason: string;
            status: number;
        };
        /** @description A row that could not be used. */
        RejectOut: {
            /** Format: uuid */
            id: string;
            line: number;
            raw: {
                [key: string]: unknown;
            };
            reason: string;
        };
        ReportedAllOut: {
            results: components["schemas"]["ReportedOut"][];
        };
        ReportedOut: {
            /** Format: uuid */
            id: string;
            reason: string | null;
            result: components["schemas"]["outbound__positions__service__Outcome"];
        };
        ReportOut: {
            build: components["schemas"]["BuildOut"] | null;
            conversion: components["schemas"]["ConversionOut"][];
            coverage: components["schemas"]["CoverageOut"][];
            message: string | null;
            pipeline: components["schemas"]["PipelineOut"][];
            reps: components["schemas"]["RepOut"][];
            since: string | null;
            /** @enum {string} */
            state: "published" | "nothing_published";
            until: string | null;
            weeks: components["schemas"]["WeekOut"][];
        };
        /** @description A member's activity over the span. */
        RepOut: {
            calls: number;
            door_touches: number;
            follow_ups: number;
            interested: number;
            name?: string | null;
            said_scheduled: number;
            said_won: number;
            touches: number;
            /** Format: uuid */
            user_id: string;
        };
        /** @description The same whether there is such a person or not. */
        RequestedOut: {
            /** @default If there is such a person, a link is on its way by mail. */
            detail?: string;
        };
        RequestResetIn: {
            email: string;
        };
        ResetIn: {
            password: string;
            token: string;
        };
        /** @description A link to hand over to the member, told this once. */
        ResetLinkOut: {
            expires_at: string;
            link: string;
        };
        /** @description What one operation came to, and how the server now stands. */
        ResultOut: {
            errors?: components["schemas"]["FieldError"][] | null;
            id: string | null;
            kind: string | null;
            reason?: string | null;
            state: {
                [key: string]: {
                    [key: string]: unknown;
                };
            };
            status: components["schemas"]["outbound__sync__operations__Outcome"];
            waits_for?: components["schemas"]["WaitsForOut"] | null;
        };
        /** @enum {string} */
        Role: "SALES_REP" | "SALES_MANAGER" | "FRANCHISE_OWNER" | "OPS";
        /**
         * @description What becomes of a row of an import.
         * @enum {string}
         */
        RowFate: "new" | "same" | "unsure" | "duplicate" | "outside" | "rejected";
        /** @description A row of a list, what becomes of it, and why. */
        RowOut: {
            /** @description The H3 cell it lies in, as maps take it. */
            cell: string | null;
            city: string | null;
            decision: components["schemas"]["MatchDecision"] | null;
            email: string | null;
            fate: components["schemas"]["RowFate"] | null;
            first_name: string | null;
            house_number: string | null;
            last_name: string | null;
            lead_id: string | null;
            line: number;
            location_accuracy: number | null;
            location_confidence: number | null;
            location_source: components["schemas"]["LocationSource"] | null;
            match_evidence: {
                [key: string]: unknown;
            } | null;
            match_score: number | null;
            matched_lead_id: string | null;
            matched_line: number | null;
            notes: string[];
            owner_id: string | null;
            phone: string | null;
            postcode: string | null;
            raw: {
                [key: string]: unknown;
            } | null;
            reason: string | null;
            state: string | null;
            street: string | null;
            territory_id: string | null;
            unit: string | null;
            written_at: string | null;
        };
        /**
         * @description Parts of the report, each a table of its own as CSV.
         * @enum {string}
         */
        Section: "weeks" | "coverage" | "conversion" | "reps" | "pipeline";
        SegmentIn: {
            filter: components["schemas"]["LeadQuery"];
            id?: string | null;
            name: string;
            /** @default false */
            shared?: boolean;
        };
        SegmentOut: {
            created_at: string;
            filter: {
                [key: string]: unknown;
            };
            /** Format: uuid */
            id: string;
            name: string;
            /** Format: uuid */
            owner_id: string;
            shared: boolean;
            updated_at: string;
            version: number;
        };
        /** @description What is left out stays as it is. */
        SegmentPatch: {
            filter?: components["schemas"]["LeadQuery"] | null;
            name?: string | null;
            shared?: boolean | null;
        };
        /** @enum {string} */
        SessionKind: "browser" | "client";
        /** @description A sign-in. ``label`` is what the browser or client called itself; ``current``: the one that asks. */
        SessionOut: {
            created_at: string;
            current: boolean;
            expires_at: string;
            /** Format: uuid */
            id: string;
            kind: components["schemas"]["SessionKind"];
            label: string | null;
            last_used_at: string | null;
        };
        /** @description Ends when the operation occurred. */
        ShiftEnd: {
            /** Format: uuid */
            shift_id: string;
        };
        ShiftEndIn: {
            client_sent_at?: string | null;
            /** Format: date-time */
            ended_at: string;
        };
        /** @description Ends when the operation occurred. */
        ShiftEndOperation: {
            data: components["schemas"]["ShiftEnd"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "shift.end";
            /** Format: date-time */
            occurred_at: string;
        };
        ShiftIn: {
            client_sent_at?: string | null;
            ended_at?: string | null;
            id?: string | null;
            /** Format: date-time */
            started_at: string;
        };
        ShiftOut: {
            clock_suspect: boolean;
            end_inferred: boolean;
            ended_at: string | null;
            /** Format: uuid */
            id: string;
            started_at: string;
            /** Format: uuid */
            user_id: string;
            user_name: string;
            version: number;
        };
        /** @description A correction by hand; what is left out stays. */
        ShiftPatch: {
            ended_at?: string | null;
            started_at?: string | null;
        };
        /** @description Starts when the operation occurred. */
        ShiftStart: Record<string, never>;
        /** @description Starts when the operation occurred. */
        ShiftStartOperation: {
            /** @default {} */
            data?: components["schemas"]["ShiftStart"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "shift.start";
            /** Format: date-time */
            occurred_at: string;
        };
        /** @description A lead (``lead_id``), or a row of a list by its ``line``; null where nothing is known. */
        SideOut: {
            address: string;
            city: string | null;
            created_at: string | null;
            email: string | null;
            first_name: string | null;
            language: string | null;
            last_activity_at: string | null;
            last_name: string | null;
            lead_id: string | null;
            lead_type: components["schemas"]["LeadType"] | null;
            line: number | null;
            owner_id: string | null;
            phone: string | null;
            postcode: string | null;
            stage: components["schemas"]["Stage"] | null;
            territory_id: string | null;
            yard_size_sqft: number | null;
        };
        SightingOut: {
            accuracy: number | null;
            /** Format: uuid */
            id: string;
            lat: number | null;
            lon: number | null;
            occurred_at: string;
            on_shift: boolean;
            /** @default false */
            position_unreadable?: boolean;
            /** Format: uuid */
            shift_id: string;
            /** Format: uuid */
            user_id: string;
            user_name: string;
        };
        SignedInOut: {
            organisation: components["schemas"]["api__schemas__identity__OrganisationOut"];
            role: components["schemas"]["Role"];
            scopes?: string[] | null;
            territories: string[] | null;
            token: string;
            user: components["schemas"]["PersonOut"];
        };
        /** @description How many sessions ended, in every organisation. */
        SignedOutOut: {
            sessions: number;
        };
        SignIn: {
            email: string;
            organisation_id?: string | null;
            password: string;
        };
        SkippedOut: {
            count: number;
            reason: components["schemas"]["SkipReason"];
            samples: string[];
        };
        /**
         * @description Why a bulk change, or its undoing, leaves a lead as it is.
         * @enum {string}
         */
        SkipReason: "not_found" | "read_only" | "archived" | "unchanged" | "illegal_move" | "handed_over" | "address_taken" | "too_many_tags" | "changed_since";
        /**
         * @description How a lead stands against its due time: judged by the server, shown everywhere else.
         * @enum {string}
         */
        SlaState: "overdue" | "due_soon" | "ok" | "none";
        /** @description New leads of a list by cell, the fullest first; those without a position are in none. */
        SpreadOut: {
            cells: components["schemas"]["CellOfLeads"][];
            resolution: number;
        };
        /** @enum {string} */
        Stage: "COLD" | "CONTACTED" | "FOLLOW_UP" | "SCHEDULED" | "WON" | "LOST" | "NOT_QUALIFIED";
        /** @description A move between stages, or of owner or territory alone. */
        StageChangeOut: {
            activity_id: string | null;
            from_stage: components["schemas"]["Stage"] | null;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            lead_id: string;
            owner_id: string | null;
            territory_id: string | null;
            to_stage: components["schemas"]["Stage"];
            undone_at: string | null;
            user_id: string | null;
        };
        StageClocksIn: {
            items: components["schemas"]["StageClockWire"][];
        };
        StageClocksOut: {
            items: components["schemas"]["StageClockWire"][];
            version: number;
        };
        StageClockWire: {
            sla_minutes?: number | null;
            stage: components["schemas"]["Stage"];
        };
        StageIn: {
            stage: components["schemas"]["Stage"];
            version?: number | null;
        };
        StageMove: {
            /** Format: uuid */
            lead_id: string;
            stage: components["schemas"]["Stage"];
            version?: number | null;
        };
        StageOperation: {
            data: components["schemas"]["StageMove"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "stage";
            /** Format: date-time */
            occurred_at: string;
        };
        StartedOut: {
            url: string;
        };
        StartIn: {
            next?: string | null;
        };
        /** @enum {string} */
        StepChannel: "SMS" | "EMAIL" | "CALL" | "TASK" | "VISIT";
        /** @description A step. With the ``id`` of one that is there, that one stays, changed or moved; without, it is new. */
        StepIn: {
            /** @default false */
            auto_complete?: boolean;
            channel: components["schemas"]["StepChannel"];
            id?: string | null;
            metadata?: {
                [key: string]: unknown;
            } | null;
            sla_minutes?: number | null;
            template_id?: string | null;
            /** @default 0 */
            wait_minutes?: number;
        };
        StepOut: {
            auto_complete: boolean;
            channel: components["schemas"]["StepChannel"];
            first_edition: number;
            /** Format: uuid */
            id: string;
            metadata: {
                [key: string]: unknown;
            } | null;
            order: number;
            sla_minutes: number | null;
            template_id: string | null;
            wait_minutes: number;
        };
        StepPatch: {
            auto_complete?: boolean | null;
            channel?: components["schemas"]["StepChannel"] | null;
            metadata?: {
                [key: string]: unknown;
            } | null;
            order?: number | null;
            sla_minutes?: number | null;
            template_id?: string | null;
            wait_minutes?: number | null;
        };
        /** @description A door to go to: a lead's, or an address. */
        StopIn: {
            address_id?: string | null;
            id?: string | null;
            lead_id?: string | null;
            planned_at?: string | null;
        };
        StopOperation: {
            data: components["schemas"]["StopTold"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "stop";
            /** Format: date-time */
            occurred_at: string;
        };
        StopOut: {
            address_id: string | null;
            arrival_at: string | null;
            completed_at: string | null;
            /** Format: uuid */
            id: string;
            lead_id: string | null;
            line: string | null;
            notes: string | null;
            order: number;
            planned_at: string | null;
            position: components["schemas"]["PositionOut"] | null;
            /** @default false */
            position_unreadable?: boolean;
            skip_reason: string | null;
            status: components["schemas"]["StopStatus"];
        };
        /** @description What happened at a stop. Messages may come late and in any order: the latest decision stands. */
        StopPatch: {
            /** @default false */
            arrived?: boolean;
            notes?: string | null;
            occurred_at?: string | null;
            skip_reason?: string | null;
            status?: components["schemas"]["StopStatus"] | null;
        };
        StopRow: {
            address_id: string | null;
            arrival_at: string | null;
            completed_at: string | null;
            /** Format: uuid */
            id: string;
            lead_id: string | null;
            order: number;
            planned_at: string | null;
            status: components["schemas"]["StopStatus"];
            /** Format: uuid */
            trip_id: string;
        };
        /** @enum {string} */
        StopStatus: "pending" | "skipped" | "completed";
        StopTold: {
            /** @default false */
            arrived?: boolean;
            notes?: string | null;
            occurred_at?: string | null;
            skip_reason?: string | null;
            status?: components["schemas"]["StopStatus"] | null;
            /** Format: uuid */
            stop_id: string;
            /** Format: uuid */
            trip_id: string;
        };
        SyncIn: {
            /** Format: date-time */
            client_sent_at: string;
            device_id?: string | null;
            operations: (components["schemas"]["LeadCreateOperation"] | components["schemas"]["LeadUpdateOperation"] | components["schemas"]["StageOperation"] | components["schemas"]["ConsentOperation"] | components["schemas"]["EnrolmentOperation"] | components["schemas"]["AddressUpdateOperation"] | components["schemas"]["ActivityOperation"] | components["schemas"]["ActivityUndoOperation"] | components["schemas"]["TaskCreateOperation"] | components["schemas"]["TaskCompleteOperation"] | components["schemas"]["TaskUpdateOperation"] | components["schemas"]["TripCreateOperation"] | components["schemas"]["TripStatusOperation"] | components["schemas"]["StopOperation"] | components["schemas"]["ShiftStartOperation"] | components["schemas"]["ShiftEndOperation"] | components["schemas"]["PositionOperation"] | components["schemas"]["PositionsOperation"] | components["schemas"]["PhotoOperation"])[];
        };
        SyncOut: {
            results: components["schemas"]["ResultOut"][];
            server_time: string;
            settled: components["schemas"]["ResultOut"][];
        };
        TagOut: {
            leads: number;
            tag: string;
        };
        TaskCompleteOperation: {
            data: components["schemas"]["TaskDone"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "task.complete";
            /** Format: date-time */
            occurred_at: string;
        };
        /** @description A task, apart from its id. */
        TaskCreateOperation: {
            data: components["schemas"]["TaskFields"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "task.create";
            /** Format: date-time */
            occurred_at: string;
        };
        TaskDone: {
            duration_secs?: number | null;
            notes?: string | null;
            /** Format: uuid */
            task_id: string;
        };
        /** @description What is left out stays; ``due_at`` may be null. It reopens or cancels too, which routes of their own do. */
        TaskEdit: {
            assignee_id?: string | null;
            due_at?: string | null;
            state?: ("open" | "cancelled") | null;
            /** Format: uuid */
            task_id: string;
            title?: string | null;
            version?: number | null;
        };
        /** @description A task, apart from its id. */
        TaskFields: {
            assignee_id?: string | null;
            due_at?: string | null;
            /** Format: uuid */
            lead_id: string;
            title: string;
        };
        TaskIn: {
            assignee_id?: string | null;
            due_at?: string | null;
            id?: string | null;
            /** Format: uuid */
            lead_id: string;
            title: string;
        };
        TaskOut: {
            activity_id: string | null;
            assignee_id: string | null;
            assignee_name: string | null;
            completed_at: string | null;
            created_at: string;
            due_at: string | null;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            lead_id: string;
            overdue: boolean;
            state: components["schemas"]["TaskState"];
            title: string;
            version: number;
        };
        /** @description What is left out stays; ``due_at`` may be null. */
        TaskPatch: {
            assignee_id?: string | null;
            due_at?: string | null;
            title?: string | null;
        };
        TaskRow: {
            assignee_id: string | null;
            completed_at: string | null;
            due_at: string | null;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            lead_id: string;
            state: components["schemas"]["TaskState"];
            title: string;
            version: number;
        };
        /** @enum {string} */
        TaskSort: "due" | "-due" | "-created";
        /** @enum {string} */
        TaskState: "open" | "done" | "cancelled";
        /** @description What is left out stays; ``due_at`` may be null. It reopens or cancels too, which routes of their own do. */
        TaskUpdateOperation: {
            data: components["schemas"]["TaskEdit"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "task.update";
            /** Format: date-time */
            occurred_at: string;
        };
        TemplateIn: {
            /** @description Text with `{{ names }}`, simple filters and `{% if %}`. Names: `first_name`, `last_name`, `full_name`, `street`, `city`, `postcode`, `company`, `rep_name`, `rep_first_name`. */
            body: string;
            channel: components["schemas"]["MessageChannel"];
            id?: string | null;
            name: string;
            subject?: string | null;
        };
        TemplateOut: {
            body: string;
            channel: components["schemas"]["MessageChannel"];
            created_at: string;
            /** Format: uuid */
            id: string;
            name: string;
            subject: string | null;
            updated_at: string;
            version: number;
        };
        TemplatePatch: {
            body?: string | null;
            name?: string | null;
            subject?: string | null;
        };
        /** @description A territory with who works it now. */
        TerritoryDetailOut: {
            active: boolean;
            assignments: components["schemas"]["AssignmentOut"][];
            color: string | null;
            created_at: string;
            geometry: {
                [key: string]: unknown;
            };
            /** Format: uuid */
            id: string;
            name: string;
            owner_rule: components["schemas"]["OwnerRule"];
            parent_id: string | null;
            priority_weight: number;
            slug: string;
            type: components["schemas"]["TerritoryType"];
            updated_at: string;
            version: number;
            zone: string;
        };
        TerritoryIn: {
            /** @default true */
            active?: boolean;
            color?: string | null;
            /** @description GeoJSON Polygon or MultiPolygon, longitude first (RFC 7946). */
            geometry: {
                [key: string]: unknown;
            };
            id?: string | null;
            name: string;
            /** @default fixed */
            owner_rule?: components["schemas"]["OwnerRule"];
            parent_id?: string | null;
            /** @default 1 */
            priority_weight?: number;
            slug?: string | null;
            type: components["schemas"]["TerritoryType"];
            zone?: string | null;
        };
        TerritoryOut: {
            active: boolean;
            color: string | null;
            created_at: string;
            geometry: {
                [key: string]: unknown;
            };
            /** Format: uuid */
            id: string;
            name: string;
            owner_rule: components["schemas"]["OwnerRule"];
            parent_id: string | null;
            priority_weight: number;
            slug: string;
            type: components["schemas"]["TerritoryType"];
            updated_at: string;
            version: number;
            zone: string;
        };
        /** @description What is left out stays as it is; ``color`` and ``parent_id`` may be null. */
        TerritoryPatch: {
            active?: boolean | null;
            color?: string | null;
            geometry?: {
                [key: string]: unknown;
            } | null;
            name?: string | null;
            owner_rule?: components["schemas"]["OwnerRule"] | null;
            parent_id?: string | null;
            priority_weight?: number | null;
            slug?: string | null;
            zone?: string | null;
        };
        TerritoryRow: {
            active: boolean;
            color: string | null;
            geometry: {
                [key: string]: unknown;
            };
            /** Format: uuid */
            id: string;
            name: string;
            parent_id: string | null;
            type: components["schemas"]["TerritoryType"];
            version: number;
            zone: string;
        };
        /** @enum {string} */
        TerritorySort: "created" | "name" | "-priority_weight";
        /** @enum {string} */
        TerritoryType: "REGION" | "AREA" | "MICRO";
        ThresholdsIn: {
            same: number;
            unsure: number;
        };
        ThresholdsOut: {
            same: number;
            unsure: number;
            version: number;
        };
        /** @description One direct upload: send the bytes by ``method`` to ``url`` with exactly these headers, before it expires. */
        TicketOut: {
            expires_at: string;
            headers: {
                [key: string]: string;
            };
            method: string;
            url: string;
        };
        /**
         * @description What a lead's timeline is made of.
         * @enum {string}
         */
        TimelineKind: "activity" | "stage_change" | "message" | "task";
        TimelineMessageOut: {
            channel: components["schemas"]["MessageChannel"];
            delivered_at: string | null;
            direction: components["schemas"]["MessageDirection"];
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            lead_id: string;
            reason: string | null;
            sent_at: string | null;
            status: components["schemas"]["MessageStatus"];
        };
        TimelineTaskOut: {
            assignee_id: string | null;
            completed_at: string | null;
            due_at: string | null;
            /** Format: uuid */
            id: string;
            /** Format: uuid */
            lead_id: string;
            state: components["schemas"]["TaskState"];
            title: string;
        };
        /** @description ``expires_in``: seconds the access token is good for. The refresh token is good once. */
        TokensOut: {
            access_token: string;
            expires_in: number;
            /** Format: uuid */
            organisation_id: string;
            refresh_expires_at: string;
            refresh_token: string;
            /**
             * @default Bearer
             * @constant
             */
            token_type?: "Bearer";
            /** Format: uuid */
            user_id: string;
        };
        TripCreateOperation: {
            data: components["schemas"]["TripIn"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "trip.create";
            /** Format: date-time */
            occurred_at: string;
        };
        TripIn: {
            end?: components["schemas"]["outbound__trips__requests__PositionIn"] | null;
            id?: string | null;
            /** @default false */
            keep_order?: boolean;
            name?: string | null;
            /** @default WALKING */
            optimization?: components["schemas"]["Optimization"];
            owner_id?: string | null;
            planned_start?: string | null;
            start?: components["schemas"]["outbound__trips__requests__PositionIn"] | null;
            /** @default [] */
            stops?: components["schemas"]["StopIn"][];
            territory_id?: string | null;
        };
        TripMove: {
            actual_distance_meters?: number | null;
            actual_duration_minutes?: number | null;
            status: components["schemas"]["TripStatus"];
            /** Format: uuid */
            trip_id: string;
        };
        TripOut: {
            actual_distance_meters: number | null;
            actual_duration_minutes: number | null;
            cancelled_at: string | null;
            completed_at: string | null;
            created_at: string;
            /** Format: uuid */
            created_by_id: string;
            distance_basis: components["schemas"]["DistanceBasis"] | null;
            distance_meters: number | null;
            duration_minutes: number | null;
            end: components["schemas"]["PositionOut"] | null;
            /** @default false */
            ends_unreadable?: boolean;
            /** Format: uuid */
            id: string;
            name: string | null;
            optimization: components["schemas"]["Optimization"];
            /** Format: uuid */
            owner_id: string;
            planned_start: string | null;
            start: components["schemas"]["PositionOut"] | null;
            started_at: string | null;
            status: components["schemas"]["TripStatus"];
            stop_count: number;
            stops_completed: number;
            stops_skipped: number;
            territory_id: string | null;
            updated_at: string;
            version: number;
        };
        /** @description What is left out stays; ``stops`` are all of them, in their order (or a short one, with ``keep_order`` false). */
        TripPatch: {
            end?: components["schemas"]["outbound__trips__requests__PositionIn"] | null;
            /** @default true */
            keep_order?: boolean;
            name?: string | null;
            optimization?: components["schemas"]["Optimization"] | null;
            planned_start?: string | null;
            start?: components["schemas"]["outbound__trips__requests__PositionIn"] | null;
            stops?: components["schemas"]["StopIn"][] | null;
        };
        TripRow: {
            completed_at: string | null;
            /** Format: uuid */
            id: string;
            name: string | null;
            /** Format: uuid */
            owner_id: string;
            planned_start: string | null;
            started_at: string | null;
            status: components["schemas"]["TripStatus"];
            territory_id: string | null;
            version: number;
        };
        /** @enum {string} */
        TripStatus: "planned" | "in_progress" | "completed" | "cancelled";
        TripStatusIn: {
            actual_distance_meters?: number | null;
            actual_duration_minutes?: number | null;
            occurred_at?: string | null;
            status: components["schemas"]["TripStatus"];
        };
        TripStatusOperation: {
            data: components["schemas"]["TripMove"];
            /** Format: uuid */
            id: string;
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            kind: "trip.status";
            /** Format: date-time */
            occurred_at: string;
        };
        TripWithStopsOut: {
            actual_distance_meters: number | null;
            actual_duration_minutes: number | null;
            cancelled_at: string | null;
            completed_at: string | null;
            created_at: string;
            /** Format: uuid */
            created_by_id: string;
            distance_basis: components["schemas"]["DistanceBasis"] | null;
            distance_meters: number | null;
            duration_minutes: number | null;
            end: components["schemas"]["PositionOut"] | null;
            /** @default false */
            ends_unreadable?: boolean;
            /** Format: uuid */
            id: string;
            name: string | null;
            optimization: components["schemas"]["Optimization"];
            /** Format: uuid */
            owner_id: string;
            planned_start: string | null;
            start: components["schemas"]["PositionOut"] | null;
            started_at: string | null;
            status: components["schemas"]["TripStatus"];
            stop_count: number;
            stops: components["schemas"]["StopOut"][];
            stops_completed: number;
            stops_skipped: number;
            territory_id: string | null;
            updated_at: string;
            version: number;
        };
        UndoneOut: {
            kept: {
                [key: string]: number;
            };
            restored: number;
        };
        UnmergedOut: {
            parted: components["schemas"]["LeadOut"];
            survivor: components["schemas"]["LeadOut"];
        };
        UnmergeIn: {
            merged_id?: string | null;
        };
        /** @description A file that will be sent, apart from its id. */
        UploadFields: {
            /** @description The activity of this lead that it belongs to. */
            activity_id?: string | null;
            /** @description Only shown; folders and control signs are cut. */
            file_name?: string | null;
            /** Format: uuid */
            lead_id: string;
            media_type: components["schemas"]["MediaType"];
            sha256: string;
            size: number;
        };
        /** @description A file that will be sent directly. */
        UploadIn: {
            /** @description The activity of this lead that it belongs to. */
            activity_id?: string | null;
            /** @description Only shown; folders and control signs are cut. */
            file_name?: string | null;
            /** @description Made by the phone (UUIDv7): sent again, it is kept once. */
            id?: string | null;
            /** Format: uuid */
            lead_id: string;
            media_type: components["schemas"]["MediaType"];
            sha256: string;
            size: number;
        };
        /** @description What was announced; ``upload`` is missing once it is stored. */
        UploadOut: {
            attachment: components["schemas"]["AttachmentOut"];
            upload: components["schemas"]["TicketOut"] | null;
        };
        WaitsForOut: {
            /** Format: uuid */
            id: string;
            kind: string;
        };
        /** @description The north-star figures of a week (its Monday). A change is against the 90 days before the go-live date. */
        WeekOut: {
            closes_baseline: number | null;
            closes_change: number | null;
            closes_per_trip: number | null;
            cold_baseline: number | null;
            cold_change: number | null;
            cold_cohort: number;
            cold_ratio: number | null;
            cold_without_follow_up: number;
            covered_cells: number;
            gap_ratio: number | null;
            trip_closes: number;
            trips_completed: number;
            /** Format: date */
            week_start: string;
            workable_cells: number;
        };
    };
    responses: {
        /** @description The body cannot be read. */
        400: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Nobody is signed in, or the sign-in has ended. */
        401: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The caller's role, or the API key, may not do this. */
        403: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It is not there, belongs to another organisation, or lies out of the caller's reach. */
        404: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It does not go with what is stored: an id used for something else, a transition that is not legal. */
        409: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It has changed since it was read: `If-Match` is not its version any more. */
        412: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The body is larger than is taken. */
        413: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The content is of a type that is not taken. */
        415: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description A field is wrong; `errors` names it. */
        422: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description Too many requests; `Retry-After` says when to come back. */
        429: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description The database does not answer, or the same thing was being changed: send it again. */
        503: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description It took too long and was stopped. */
        504: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    list_addresses: {
        parameters: {
            query?: {
                /** @description A box in degrees: `minlon,minlat,maxlon,maxlat`. */
                bbox?: string | null;
                /** @description An H3 cell of resolution 9 or coarser. */
                cell?: string | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                do_not_knock?: boolean | null;
                /** @description How many at most. */
                limit?: number;
                /** @description Words to look for. */
                q?: string | null;
                territory_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DoorOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    create_address: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewAddressIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoorDetailOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoorDetailOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_address: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                address_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoorWithUnitsOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_address: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                address_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DoorDetailOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_units: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                address_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_DoorDetailOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_api_keys: {
        parameters: {
            query?: {
                active?: boolean | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ApiKeyOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    create_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ApiKeyIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKeyOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NewApiKeyOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ApiKeyOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    revoke_api_key: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                key_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    get_attachment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attachment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttachmentOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    delete_attachment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attachment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    complete_upload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                attachment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttachmentOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    get_content: {
        parameters: {
            query?: {
                /** @description A JPEG that fits a square of so many pixels. */
                size?: number | null;
            };
            header?: {
                "if-none-match"?: string | null;
                range?: string | null;
            };
            path: {
                attachment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                    "image/jpeg": string;
                    "image/png": string;
                    "image/webp": string;
                };
            };
            /** @description The range that was asked for */
            206: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/pdf": string;
                    "image/jpeg": string;
                    "image/png": string;
                    "image/webp": string;
                };
            };
            /** @description Unchanged since the `ETag` in `If-None-Match` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The file is in S3: an address that is good for a minute */
            307: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            /** @description It was announced, and its bytes have not been completed yet */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The range lies outside of the file */
            416: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    send_content: {
        parameters: {
            query: {
                expires: number;
                member: string;
                org: string;
                session?: string | null;
                signature: string;
            };
            header?: never;
            path: {
                attachment_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    announce_upload: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UploadIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UploadOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_audit_log: {
        parameters: {
            query?: {
                acted_by?: string | null;
                acted_for?: string | null;
                action?: string | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                entity?: string | null;
                entity_id?: string | null;
                /** @description How many at most. */
                limit?: number;
                request_id?: string | null;
                since?: string | null;
                source?: string | null;
                until?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AuditOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    accept_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AcceptIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    look_at_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LinkIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OfferOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    end_oidc: {
        parameters: {
            query?: {
                code?: string | null;
                error?: string | null;
                state?: string | null;
            };
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed in, and the page leads on; or the page asks first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/html": string;
                };
            };
            /** @description Not begun in this browser, too long ago, or broken off at the provider. */
            401: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The provider's answer proves nothing, or who it names is no active member. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    confirm_oidc: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ConfirmedOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    start_oidc: {
        parameters: {
            query?: {
                next?: string | null;
            };
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description To the provider's page. */
            303: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    start_oidc_here: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                slug: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StartIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StartedOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    request_reset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RequestResetIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RequestedOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    reset_password: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    sign_in: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedInOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    sign_out: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    sign_out_everywhere: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SignedOutOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    issue_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SignIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokensOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    refresh_tokens: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TokensOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    board: {
        parameters: {
            query?: {
                /** @description A box in degrees: `minlon,minlat,maxlon,maxlat`. */
                bbox?: string | null;
                cadence_status?: components["schemas"]["EnrollmentStatus"] | null;
                campaign_id?: string | null;
                /** @description Of each column, the most urgent first. */
                cards?: number;
                /** @description An H3 cell of resolution 5 to 9: doors within it. */
                cell?: string | null;
                import_id?: string | null;
                /** @description An id, `me`, or `none` for those without. */
                owner_id?: string | ("me" | "none") | null;
                /** @description Words to look for. */
                q?: string | null;
                /** @description A saved filter; what is given beside it takes its place. */
                segment_id?: string | null;
                sla?: components["schemas"]["SlaState"] | null;
                /** @description One or several. */
                stage?: components["schemas"]["Stage"][] | null;
                tag?: string | null;
                /** @description With all below it. */
                territory_id?: string | null;
                updated_since?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BoardOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    execute_cadences: {
        parameters: {
            query?: {
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExecutedOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_cadences: {
        parameters: {
            query?: {
                active?: boolean | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
                target_stage?: components["schemas"]["Stage"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CadenceOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    create_cadence: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CadenceIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CadenceOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CadenceOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_cadence: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cadence_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CadenceOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    delete_cadence: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                cadence_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_cadence: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                cadence_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CadencePatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CadenceOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    enroll_leads: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                cadence_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EnrollIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolledOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrolledOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_enrollments_of_cadence: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
                status?: components["schemas"]["EnrollmentStatus"] | null;
            };
            header?: never;
            path: {
                cadence_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_EnrollmentOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    add_cadence_step: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                cadence_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewStepIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CadenceOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CadenceOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    delete_cadence_step: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                cadence_id: string;
                step_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CadenceOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_cadence_step: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                cadence_id: string;
                step_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StepPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CadenceOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_campaigns: {
        parameters: {
            query?: {
                active?: boolean | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_CampaignOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    create_campaign: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_campaign: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    delete_campaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_campaign: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                campaign_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CampaignPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CampaignOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    cancel_enrollment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                enrollment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrollmentOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    pause_enrollment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                enrollment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrollmentOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    resume_enrollment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                enrollment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EnrollmentOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    address_at_pin: {
        parameters: {
            query: {
                lat: number;
                lon: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AtPinOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_handoffs: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                lead_id?: string | null;
                /** @description How many at most. */
                limit?: number;
                status?: components["schemas"]["HandoffStatus"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_HandoffOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_handoff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                handoff_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandoffOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    decide_handoff: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                handoff_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["HandoffPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandoffOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_invitations: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
                pending?: boolean | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_InvitationOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    invite: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["InvitationIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["InvitedOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    revoke_invitation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                invitation_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_leads: {
        parameters: {
            query?: {
                /** @description Those that were put away, in place of the others. */
                archived?: boolean;
                /** @description A box in degrees: `minlon,minlat,maxlon,maxlat`. */
                bbox?: string | null;
                cadence_status?: components["schemas"]["EnrollmentStatus"] | null;
                campaign_id?: string | null;
                /** @description An H3 cell of resolution 5 to 9: doors within it. */
                cell?: string | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                import_id?: string | null;
                lead_type?: components["schemas"]["LeadType"] | null;
                /** @description How many at most. */
                limit?: number;
                /** @description An id, `me`, or `none` for those without. */
                owner_id?: string | ("me" | "none") | null;
                /** @description Words to look for. */
                q?: string | null;
                /** @description A saved filter; what is given beside it takes its place. */
                segment_id?: string | null;
                sla?: components["schemas"]["SlaState"] | null;
                sort?: components["schemas"]["LeadSort"];
                /** @description One or several. */
                stage?: components["schemas"]["Stage"][] | null;
                tag?: string | null;
                /** @description With all below it. */
                territory_id?: string | null;
                updated_since?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LeadOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_lead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    delete_lead: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_lead: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeadPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_activities: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ActivityOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    log_activity: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ActivityIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LoggedOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_attachments: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_AttachmentOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    send_attachment: {
        parameters: {
            query?: {
                /** @description The activity of this lead that it belongs to. */
                activity_id?: string | null;
                /** @description Only shown; folders and control signs are cut. */
                file_name?: string | null;
                /** @description Made by the phone (UUIDv7): sent again, it is kept once. */
                id?: string | null;
            };
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/pdf": string;
                "image/jpeg": string;
                "image/png": string;
                "image/webp": string;
                "multipart/form-data": {
                    /** Format: uuid */
                    activity_id?: string;
                    /** Format: binary */
                    file: string;
                    file_name?: string;
                    /** Format: uuid */
                    id?: string;
                };
            };
        };
        responses: {
            /** @description The same came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttachmentOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttachmentOut"];
                };
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_enrollments_of_lead: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
                status?: components["schemas"]["EnrollmentStatus"] | null;
            };
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_EnrollmentOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    preview_erasure: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasePreviewOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    erase_lead: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EraseIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ErasedOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    merge_leads: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MergeIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    restore_lead: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LeadOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    change_stage: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StageIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: components["schemas"]["LeadOut"];
                    };
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_timeline: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description One or several; all, where none is given. */
                kind?: components["schemas"]["TimelineKind"][] | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_EntryOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    unmerge_leads: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                lead_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["UnmergeIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UnmergedOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_bulk_changes: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_BulkOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    make_bulk_change: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_bulk_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bulk_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    undo_bulk_change: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                bulk_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    preview_bulk_change: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkPreviewIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkPreviewOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_outbound_leads: {
        parameters: {
            query?: {
                /** @description Those that were put away, in place of the others. */
                archived?: boolean;
                /** @description A box in degrees: `minlon,minlat,maxlon,maxlat`. */
                bbox?: string | null;
                cadence_status?: components["schemas"]["EnrollmentStatus"] | null;
                campaign_id?: string | null;
                /** @description An H3 cell of resolution 5 to 9: doors within it. */
                cell?: string | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                import_id?: string | null;
                /** @description How many at most. */
                limit?: number;
                /** @description An id, `me`, or `none` for those without. */
                owner_id?: string | ("me" | "none") | null;
                /** @description Words to look for. */
                q?: string | null;
                /** @description A saved filter; what is given beside it takes its place. */
                segment_id?: string | null;
                sla?: components["schemas"]["SlaState"] | null;
                sort?: components["schemas"]["LeadSort"];
                /** @description One or several. */
                stage?: components["schemas"]["Stage"][] | null;
                tag?: string | null;
                /** @description With all below it. */
                territory_id?: string | null;
                updated_since?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LeadOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    create_outbound_lead: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LeadIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CapturedLeadOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CapturedLeadOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_glyphs: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                characters: string;
                fontstack: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Protocol buffers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-protobuf": string;
                };
            };
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_style: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
            422: components["responses"]["422"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_tile: {
        parameters: {
            query?: {
                /** @description Of the basemap, as the style names it; for caches. */
                v?: string | null;
            };
            header?: {
                "if-none-match"?: string | null;
            };
            path: {
                x: number;
                y: number;
                z: number;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Protocol buffers */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-protobuf": string;
                };
            };
            /** @description The tile is empty, or outside the archive */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            /** @description The tile has not changed: `If-None-Match` is its `ETag` */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_matches: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Those that were decided, in place of those that wait. */
                decided?: boolean;
                /** @description Rows of this list alone. */
                import_id?: string | null;
                /** @description Rows of lists, or two leads. */
                kind?: ("row" | "leads") | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MatchOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_match: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                match_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MatchOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    decide_match: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                match_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DecisionIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MatchOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    take_decision_back: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                match_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MatchOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_me: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileEdit"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Me"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    looks_at_me: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_LookOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    forget_my_positions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ForgottenOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    my_sessions: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SessionOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    end_my_session: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                session_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_members: {
        parameters: {
            query?: {
                active?: boolean | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
                machines?: boolean;
                /** @description Words to look for. */
                q?: string | null;
                role?: components["schemas"]["Role"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MemberOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_member: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_member: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                member_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MemberEdit"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MemberOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    deactivate_member: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                member_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeactivateIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandoverOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    preview_handover: {
        parameters: {
            query?: {
                to?: string | "territory_owner";
            };
            header?: never;
            path: {
                member_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HandoverOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    make_reset_link: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                member_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ResetLinkOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_messages: {
        parameters: {
            query: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                lead_id: string;
                /** @description How many at most. */
                limit?: number;
                status?: components["schemas"]["MessageStatus"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_MessageOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_notifications: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
                unread?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["NotificationsOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    mark_read: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReadIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReadOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_organisation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["api__schemas__rules__OrganisationOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_organisation: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OrganisationPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["api__schemas__rules__OrganisationOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    show_deletion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletionOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            /** @description Nobody asked for the deletion. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    request_deletion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeletionIn"];
            };
        };
        responses: {
            /** @description It was asked for already: that wish, as it stands. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletionOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletionOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    withdraw_deletion: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeletionOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            /** @description Nobody asked for the deletion. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description The waiting period is over; the deletion is under way. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    request_export: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ExportOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    fetch_export: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                export_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description JSON lines a table, and the files. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/zip": unknown;
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    last_positions: {
        parameters: {
            query?: {
                include_ended?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SightingOut"][];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    report_positions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PositionsIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportedAllOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_trail: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                day?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                user_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SightingOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_imports: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
                status?: components["schemas"]["ImportStatus"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ImportOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    import_list: {
        parameters: {
            query?: {
                /** @description New leads are enrolled in it. */
                cadence_id?: string | null;
                campaign_id?: string | null;
                /** @description Which column holds a field, where the obvious one is wrong: JSON such as `{"city": "Town"}`. */
                columns?: string | null;
                /** @description What its owner calls it; only shown. */
                file_name?: string | null;
                /** @description Made by the client (UUIDv7): sent again, it is one import. */
                id?: string | null;
                /** @description It waits, first for its columns to be agreed to (`start`), then before anything is written (`commit`). */
                review?: boolean;
                source?: components["schemas"]["ImportSource"];
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    cadence_id?: string | null;
                    campaign_id?: string | null;
                    columns?: {
                        [key: string]: string;
                    };
                    /** @default list.csv */
                    file_name?: string;
                    id?: string | null;
                    /** @default false */
                    review?: boolean;
                    sha256?: string | null;
                    /** @default CSV */
                    source?: components["schemas"]["ImportSource"];
                    /** Format: uuid */
                    upload_id: string;
                };
                "multipart/form-data": {
                    cadence_id?: string;
                    campaign_id?: string;
                    columns?: string;
                    /** Format: binary */
                    file: string;
                    file_name?: string;
                    id?: string;
                    review?: string;
                    source?: string;
                };
                "text/csv": string;
            };
        };
        responses: {
            /** @description The same list came before: its import, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_import_cells: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SpreadOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    commit_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["CommitIn"] | null;
            };
        };
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_mapping: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MappingOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    change_mapping: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["MappingPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MappingOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_import_progress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProgressOut"] | null;
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_rejects: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description Instead of `Accept`. */
                format?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: {
                /** @description `text/csv` for a table. */
                accept?: string;
            };
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RejectOut_"];
                    "text/csv": string;
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    resume_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_import_rows: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                fate?: components["schemas"]["RowFate"] | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_RowOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    start_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    undo_import: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                import_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    announce_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ListUploadIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ListUploadOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    send_list: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                upload_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            400: components["responses"]["400"];
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            415: components["responses"]["415"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_marts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MartOut"][];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    export_mart: {
        parameters: {
            query?: {
                /** @description A table for a spreadsheet, or columns with types. */
                format?: components["schemas"]["Format"];
            };
            header?: never;
            path: {
                mart: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/vnd.apache.parquet": string;
                    "text/csv": string;
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            /** @description Nothing has been published yet. */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    outbound_report: {
        parameters: {
            query?: {
                /** @description Instead of `Accept`. */
                format?: string | null;
                /** @description The table, where CSV is asked for. */
                section?: components["schemas"]["Section"];
                /** @description A day of the first week; without, 13 weeks are shown. */
                since?: string | null;
                /** @description This territory with all below it. */
                territory_id?: string | null;
                /** @description A day of the last week; without, the newest. */
                until?: string | null;
            };
            header?: {
                /** @description `text/csv` for a table. */
                accept?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReportOut"];
                    "text/csv": string;
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_match_thresholds: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThresholdsOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    set_match_thresholds: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ThresholdsIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ThresholdsOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_outcomes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutcomesOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    replace_outcomes: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["OutcomesIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OutcomesOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_stage_policies: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StageClocksOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    replace_stage_policies: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StageClocksIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StageClocksOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_segments: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_SegmentOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    create_segment: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SegmentIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_segment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                segment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    delete_segment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                segment_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_segment: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                segment_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SegmentPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SegmentOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_shifts: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
                running?: boolean | null;
                since?: string | null;
                until?: string | null;
                user?: "me" | string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_ShiftOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    start_shift: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShiftIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShiftOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShiftOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_shift: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                shift_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShiftOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    correct_shift: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                shift_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShiftPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShiftOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    end_shift: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                shift_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShiftEndIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ShiftOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_provider: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            /** @description The organisation has no sign-in of its own. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    put_provider: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProviderIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProviderOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    remove_provider: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            /** @description The organisation has no sign-in of its own. */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    fetch: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChangesOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    send: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SyncIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SyncOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_tags: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TagOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_tasks: {
        parameters: {
            query?: {
                assignee?: "me" | string | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                due_from?: string | null;
                due_until?: string | null;
                lead_id?: string | null;
                /** @description How many at most. */
                limit?: number;
                overdue?: boolean | null;
                sort?: components["schemas"]["TaskSort"];
                state?: components["schemas"]["TaskState"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TaskOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    create_task: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_task: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    delete_task: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_task: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TaskPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    cancel_task: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    complete_task: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CompletionIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    reopen_task: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                task_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_templates: {
        parameters: {
            query?: {
                channel?: components["schemas"]["MessageChannel"] | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description How many at most. */
                limit?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TemplateOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    create_template: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemplateIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                template_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    delete_template: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                template_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_template: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                template_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TemplatePatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TemplateOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    preview_template: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                template_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PreviewOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_territories: {
        parameters: {
            query?: {
                active?: boolean | null;
                /** @description A box in degrees: `minlon,minlat,maxlon,maxlat`. */
                bbox?: string | null;
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                depth?: number | null;
                /** @description How many at most. */
                limit?: number;
                parent_id?: string | null;
                root?: boolean;
                sort?: components["schemas"]["TerritorySort"];
                type?: components["schemas"]["TerritoryType"] | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TerritoryOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    create_territory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TerritoryIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TerritoryOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TerritoryOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_territory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                territory_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TerritoryDetailOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    retire_territory: {
        parameters: {
            query?: {
                move_to?: "parent" | null;
            };
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                territory_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_territory: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                territory_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TerritoryPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TerritoryOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_assignments: {
        parameters: {
            query?: {
                ended?: boolean;
            };
            header?: never;
            path: {
                territory_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentOut"][];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    assign_territory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                territory_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignmentIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    end_assignment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                assignment_id: string;
                territory_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    change_assignment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                assignment_id: string;
                territory_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AssignmentPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AssignmentOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    list_trips: {
        parameters: {
            query?: {
                /** @description `next_cursor` of the page before. */
                cursor?: string | null;
                /** @description By the organisation's clocks. */
                day?: string | null;
                /** @description How many at most. */
                limit?: number;
                owner_id?: string | null;
                status?: components["schemas"]["TripStatus"] | null;
                territory_id?: string | null;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Page_TripOut_"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    plan_trip: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TripIn"];
            };
        };
        responses: {
            /** @description The same request came before: what it made, as it stands now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TripWithStopsOut"];
                };
            };
            /** @description Successful Response */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TripWithStopsOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    read_trip: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                trip_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TripWithStopsOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    delete_trip: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                trip_id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    edit_trip: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                trip_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TripPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TripWithStopsOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    change_trip_status: {
        parameters: {
            query?: never;
            header?: {
                /** @description The ETag that was read, as `"3"`. */
                "if-match"?: string | null;
            };
            path: {
                trip_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["TripStatusIn"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TripWithStopsOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            412: components["responses"]["412"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    tell_of_stop: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                stop_id: string;
                trip_id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["StopPatch"];
            };
        };
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StopOut"];
                };
            };
            401: components["responses"]["401"];
            403: components["responses"]["403"];
            404: components["responses"]["404"];
            409: components["responses"]["409"];
            413: components["responses"]["413"];
            422: components["responses"]["422"];
            429: components["responses"]["429"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    healthz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Alive"];
                };
            };
            422: components["responses"]["422"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    metrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus' text format. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": unknown;
                };
            };
            /** @description From elsewhere, or without the token. */
            403: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            422: components["responses"]["422"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
    readyz: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Successful Response */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
            422: components["responses"]["422"];
            503: components["responses"]["503"];
            504: components["responses"]["504"];
        };
    };
}
