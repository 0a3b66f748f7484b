/** A `fetch` that answers from a script, and remembers what it was asked. */
import { vi } from 'vitest'

export interface Asked {
  method: string
  path: string
  body: Record<string, unknown> | null
}

export type Reply = Response | Error

export const json = (status: number, body: unknown, type = 'application/json'): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': type } })

export const problem = (status: number, detail: string): Response =>
  json(status, { type: 'about:blank', title: 'Problem', status, detail }, 'application/problem+json')

export const identity = (user: string) => ({
  user: { id: user, name: user, email: `${user}@demo.test` },
  organisation: { id: 'org', name: 'Org', slug: 'org', zone: 'America/Chicago' },
  role: 'SALES_REP',
})

/** Replaces `fetch`; `answer` gets each request. Returns the list of requests, which grows. */
export function stubFetch(answer: (asked: Asked) => Reply | Promise<Reply>): Asked[] {
  const all: Asked[] = []
  vi.stubGlobal('fetch', async (path: string, init: RequestInit): Promise<Response> => {
    const asked: Asked = {
      method: init.method ?? 'GET',
      path,
      body: typeof init.body === 'string' ? (JSON.parse(init.body) as Record<string, unknown>) : null,
    }
    all.push(asked)
    const reply = await answer(asked)
    if (reply instanceof Error) throw reply
    return reply
  })
  return all
}

export const noConnection = (): Error => new TypeError('Failed to fetch')
