import { db, type Account } from '../../db/database'

/** Hands the rep their whole outbox as a file, whatever state each knock is in. */
export async function exportOutbox(account: Account): Promise<void> {
  const items = await db.outbox.filter((item) => item.account === account).sortBy('seq')
  const file = new Blob([JSON.stringify(items, null, 2)], { type: 'application/json' })
  const link = document.createElement('a')
  link.href = URL.createObjectURL(file)
  link.download = `outbox-${new Date().toISOString().slice(0, 10)}.json`
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}
