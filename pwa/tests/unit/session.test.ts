import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { db } from '../../src/db/database'
import * as queue from '../../src/features/outbox/queue'
import {
  activeAccount,
  confirmAccount,
  signIn,
  signOut,
  storedSession,
} from '../../src/features/session/session'
import { keepLead, syncLeads } from '../../src/features/leads/store'
import type { Lead } from '../../src/api/leads'
import { identity, json, noConnection, problem, stubFetch } from './stand-in'

const lead = (id: string, version = 1, stage = 'COLD'): Lead => ({ id, version, stage }) as Lead

beforeEach(async () => {
  await Promise.all(db.tables.map((table) => table.clear()))
})
afterEach(() => vi.unstubAllGlobals())

describe('signing in', () => {
  it('posts email and password, and keeps who it is but not the token', async () => {
    const asked = stubFetch(() => json(200, { token: 'secret', ...identity('rep') }))
    await signIn('rep@demo.test', 'demo')
    expect(asked[0]).toMatchObject({
      path: '/api/auth/sign-in',
      body: { email: 'rep@demo.test', password: 'demo' },
    })
    expect(await activeAccount()).toBe('org:rep')
    expect(JSON.stringify(await storedSession())).not.toContain('secret')
  })

  it('tells the sentence of the server when refused', async () => {
    stubFetch(() => problem(401, 'The email or the password is wrong.'))
    await expect(signIn('a@b.test', 'x')).rejects.toThrow('The email or the password is wrong.')
    expect(await activeAccount()).toBeNull()
  })

  it('as another user clears the leads of the former, and keeps their outbox for them', async () => {
    stubFetch((asked) => json(200, identity(asked.body?.['email'] === 'one' ? 'one' : 'two')))
    await signIn('one', 'x')
    await keepLead('org:one', lead('l1'))
    await queue.add({
      account: 'org:one',
      lead_id: 'l1',
      label: '',
      activity: { id: 'k1', type: 'DOOR_KNOCK', result: 'NOT_HOME', occurred_at: '' },
      not_before: 0,
    })
    await signIn('two', 'x')
    expect(await db.leads.count()).toBe(0)
    expect(await queue.waiting('org:one')).toHaveLength(1)
    expect(await queue.waiting('org:two')).toHaveLength(0)
  })
})

describe('an existing session', () => {
  beforeEach(async () => {
    stubFetch(() => json(200, identity('rep')))
    await signIn('rep', 'x')
    await keepLead('org:rep', lead('l1'))
  })

  it('survives a start without signal', async () => {
    stubFetch(noConnection)
    await expect(confirmAccount()).rejects.toThrow('No connection')
    expect(await activeAccount()).toBe('org:rep')
  })

  it('ends on 401, with the leads kept for the same user', async () => {
    stubFetch(() => problem(401, 'Sign in first.'))
    expect(await confirmAccount()).toBeNull()
    expect((await storedSession())?.state).toBe('ended')
    expect(await db.leads.count()).toBe(1)
  })

  it('signs out by the server only, and then holds no lead', async () => {
    stubFetch(noConnection)
    await expect(signOut()).rejects.toThrow('No connection')
    expect(await activeAccount()).toBe('org:rep')
    stubFetch(() => new Response(null, { status: 204 }))
    await signOut()
    expect(await storedSession()).toBeUndefined()
    expect(await db.leads.count()).toBe(0)
  })

  it('replaces the leads with all pages, without putting an older version over a newer', async () => {
    await keepLead('org:rep', lead('l2', 5, 'WON'))
    stubFetch((asked) =>
      asked.path.includes('cursor=next')
        ? json(200, { items: [lead('l3')], next_cursor: null })
        : json(200, { items: [lead('l2', 4, 'COLD')], next_cursor: 'next' }),
    )
    await syncLeads('org:rep')
    const rows = await db.leads.toArray()
    expect(rows.map((row) => [row.id, row.lead.stage])).toEqual([
      ['l2', 'WON'],
      ['l3', 'COLD'],
    ])
  })
})
