import { afterEach, describe, expect, it, vi } from 'vitest'
import { call } from '../../src/api/client'
import { json, problem, stubFetch } from './stand-in'

afterEach(() => vi.unstubAllGlobals())

describe('a typed request', () => {
  it('fills the path and writes the query, leaving out what is not given', async () => {
    const asked = stubFetch(() => json(200, { items: [], next_cursor: null }))
    await call('get', '/api/leads/{lead_id}/activities', { path: { lead_id: 'a/b' }, query: { limit: 5 } })
    await call('get', '/api/leads/outbound', {})
    expect(asked.map((one) => `${one.method} ${one.path}`)).toEqual([
      'GET /api/leads/a%2Fb/activities?limit=5',
      'GET /api/leads/outbound',
    ])
  })

  it('sends its body and answers with that of the API', async () => {
    const asked = stubFetch(() => json(200, { id: 'l1', stage: 'CONTACTED' }))
    const lead = await call('patch', '/api/leads/{lead_id}/stage', {
      path: { lead_id: 'l1' },
      body: { stage: 'CONTACTED' },
    })
    expect(asked[0]?.body).toEqual({ stage: 'CONTACTED' })
    expect(lead.stage).toBe('CONTACTED')
  })

  it('takes an answer that is no object for a stranger’s', async () => {
    stubFetch(() => json(200, 'Welcome to our hotel'))
    await expect(call('get', '/api/me', {})).rejects.toThrow('did not come from Outbound')
    stubFetch(() => problem(404, 'There is no lead.'))
    await expect(call('get', '/api/me', {})).rejects.toThrow('There is no lead.')
  })
})
