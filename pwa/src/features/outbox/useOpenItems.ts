import { db, type Account, type OutboxItem } from '../../db/database'
import { useLive } from '../../db/useLive'

export interface OpenItems {
  waiting: number
  rejected: number
  /** Lead id → the knocks of it that the server has not taken yet. */
  byLead: ReadonlyMap<string, readonly OutboxItem[]>
}

const NOTHING: OpenItems = { waiting: 0, rejected: 0, byLead: new Map() }

export function useOpenItems(account: Account): OpenItems {
  const open = useLive(async (): Promise<OpenItems> => {
    const items = await db.outbox
      .where('[account+state]')
      .anyOf([
        [account, 'waiting'],
        [account, 'rejected'],
      ])
      .toArray()
    const byLead = new Map<string, OutboxItem[]>()
    for (const item of items) byLead.set(item.lead_id, [...(byLead.get(item.lead_id) ?? []), item])
    const waiting = items.filter((item) => item.state === 'waiting').length
    return { waiting, rejected: items.length - waiting, byLead }
  }, [account])
  return open ?? NOTHING
}
