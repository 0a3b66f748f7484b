import type { CapturedActivity } from '../../api/activities'
import type { Account } from '../../db/database'
import { uuid7 } from '../../lib/uuid7'
import * as queue from '../outbox/queue'
import { send } from '../outbox/sender'
import * as position from './position'

/** How long a knock may stay in the outbox for its position, in milliseconds. */
export const POSITION_WAIT_MS = 2_500

export interface Knock {
  account: Account
  leadId: string
  label: string
  result: CapturedActivity['result']
  notes: string
  followUpAt: string | undefined
}

/** Writes the knock to the outbox and returns; position and sending follow by themselves. */
export async function logKnock(knock: Knock): Promise<void> {
  const now = Date.now()
  const here = position.fresh(now)
  const notes = knock.notes.trim()
  const activity: CapturedActivity = {
    id: uuid7(now),
    type: 'DOOR_KNOCK',
    result: knock.result,
    occurred_at: new Date(now).toISOString(),
    ...(notes ? { notes } : {}),
    ...(knock.followUpAt ? { follow_up_at: knock.followUpAt } : {}),
    ...(here ?? {}),
  }
  await queue.add({
    account: knock.account,
    lead_id: knock.leadId,
    label: knock.label,
    activity,
    not_before: here ? 0 : now + POSITION_WAIT_MS,
  })
  if (here) {
    void send()
    return
  }
  void position
    .within(POSITION_WAIT_MS)
    .then((found) => queue.addPosition(activity.id, found))
    .then(send)
}
