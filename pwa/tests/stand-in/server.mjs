// A stand-in for the API, with faults on demand, to try the built app without a database.
//
//   node tests/stand-in/server.mjs [port] [leads]
//
// POST /__faults ["500", "lost", …]: what happens to the next POSTs of activities, one each:
//   a status (500, 503, 409, 422, 401 …), "busy" (503, asks for ten minutes), "drop" (cut before reading), "lost" (stored, then cut before the
//   answer), "portal" (a page instead of an answer), "slow:MS", "ok".
// GET /__state: what was received. POST /__expire: every session ends.
import { createServer } from 'node:http'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { makeLeads, makeStyle } from './town.mjs'

const port = Number(process.argv[2] ?? 4173)
const leadCount = Number(process.argv[3] ?? 3000)
const dist = fileURLToPath(new URL('../../dist/', import.meta.url))

const organisation = {
  id: '0198c0de-0fff-7000-8000-000000000001',
  name: 'Fairview Yards',
  slug: 'fairview',
  zone: 'America/Chicago',
}
const users = [1, 2].map((index) => ({
  index,
  id: `0198c0de-05e2-7000-8000-00000000000${index}`,
  name: index === 1 ? 'Riley Rep' : 'Sam Second',
  email: `rep${index}@demo.test`,
}))
const leads = new Map(
  users.map((user) => [user.id, makeLeads(user, user.index === 1 ? leadCount : 40, Date.now())]),
)
const sessions = new Map()
const activities = new Map()
const attempts = []
let faults = []

// A stand-in's rule, so that a knock shows an effect; the real table is the server's own data.
const STAGE_AFTER = {
  INTERESTED: 'FOLLOW_UP',
  FOLLOW_UP: 'FOLLOW_UP',
  SCHEDULED: 'SCHEDULED',
  WON: 'WON',
  NOT_INTERESTED: 'LOST',
  NOT_QUALIFIED: 'NOT_QUALIFIED',
  DO_NOT_CONTACT: 'LOST',
  NOT_HOME: 'CONTACTED',
  LEFT_MATERIAL: 'CONTACTED',
}
const TYPES = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
}
const SENTENCES = {
  409: 'This lead was merged into another; open that one.',
  422: 'occurred_at lies in the future; set the clock of the phone.',
}

const send = (response, status, body, headers = {}) => {
  const type = status >= 400 ? 'application/problem+json' : 'application/json'
  response.writeHead(status, { 'Content-Type': type, ...headers })
  response.end(JSON.stringify(body))
}
const problem = (response, status, detail, headers) =>
  send(response, status, { type: 'about:blank', title: 'Problem', status, detail }, headers)
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms))

async function readBody(request) {
  const parts = []
  for await (const part of request) parts.push(part)
  return parts.length ? JSON.parse(Buffer.concat(parts).toString()) : null
}

function userOf(request) {
  const cookie = /outbound_session=([^;]+)/.exec(request.headers.cookie ?? '')
  return cookie ? sessions.get(cookie[1]) : undefined
}

const me = (user) => ({
  user: { id: user.id, name: user.name, email: user.email },
  organisation,
  role: 'SALES_REP',
  territories: null,
})

async function signIn(request, response) {
  const { email, password } = await readBody(request)
  const user = users.find((known) => known.email === email)
  if (!user || password !== 'demo') return problem(response, 401, 'The email or the password is wrong.')
  const token = crypto.randomUUID()
  sessions.set(token, user)
  const cookie = `outbound_session=${token}; HttpOnly; SameSite=Strict; Path=/`
  return send(response, 200, { token, ...me(user) }, { 'Set-Cookie': cookie })
}

function store(user, lead, body) {
  const known = activities.get(body.id)
  if (known) return { status: 200, activity: known }
  const { client_sent_at: _sent, ...fields } = body
  const activity = {
    ...fields,
    lead_id: lead.id,
    user_id: user.id,
    received_at: new Date().toISOString(),
  }
  activities.set(body.id, activity)
  lead.stage = STAGE_AFTER[body.result] ?? lead.stage
  lead.last_activity_at = body.occurred_at
  lead.version += 1
  return { status: 201, activity }
}

/** Takes one operation of a batch; `refused` is the sentence it is refused with. */
function take(user, { id, kind, occurred_at, data }, refused) {
  const lead = leads.get(user.id).find((known) => known.id === data.lead_id)
  if (refused || !lead) {
    const reason = refused ?? 'There is no such lead.'
    return { id, kind, status: 'rejected', reason, state: {} }
  }
  const { lead_id: _lead, ...fields } = data
  const stored = store(user, lead, { id, occurred_at, ...fields })
  const { version, stage, owner_id, due_at, next_action_at, last_activity_at, sla_state } = lead
  const state = {
    lead: { id: lead.id, version, stage, owner_id, due_at, next_action_at, last_activity_at, sla_state },
  }
  return { id, kind, status: stored.status === 200 ? 'duplicate' : 'applied', reason: null, state }
}

/** Faults 400 to 499 meet the first operation of a batch; all others the batch as a whole. */
async function postSync(request, response, user) {
  const fault = faults.shift() ?? 'ok'
  if (fault === 'drop') return request.socket.destroy()
  const body = await readBody(request)
  for (const one of body.operations)
    attempts.push({
      id: one.id,
      result: one.data.result,
      fault,
      user: user.email,
      client_sent_at: body.client_sent_at,
    })
  if (fault.startsWith('slow:')) await wait(Number(fault.slice(5)))
  if (fault === 'portal') {
    response.writeHead(200, { 'Content-Type': 'text/html' })
    return response.end('<h1>Welcome to Hotel Wi-Fi</h1>')
  }
  if (fault === 'busy') return problem(response, 503, 'The server is busy.', { 'Retry-After': '600' })
  const status = Number(fault)
  if (status === 401) sessions.clear()
  if (status === 401 || status >= 500)
    return problem(response, status, SENTENCES[status] ?? 'The server had a fault.')
  const refused = status >= 400 ? (SENTENCES[status] ?? 'The server refused this.') : undefined
  const results = body.operations.map((one, place) => take(user, one, place === 0 ? refused : undefined))
  if (fault === 'lost') return request.socket.destroy()
  return send(response, 200, { results, settled: [], server_time: new Date().toISOString() })
}

async function api(request, response, url) {
  const route = `${request.method} ${url.pathname}`
  if (request.method !== 'GET' && request.headers.origin !== `http://${request.headers.host}`) {
    return problem(response, 403, 'The Origin header does not match.')
  }
  if (route === 'POST /api/auth/sign-in') return signIn(request, response)
  if (route === 'GET /api/maps/style.json') return send(response, 200, makeStyle())
  const user = userOf(request)
  if (!user) return problem(response, 401, 'Sign in first.')
  if (route === 'POST /api/auth/sign-out') {
    response.writeHead(204, { 'Set-Cookie': 'outbound_session=; Path=/; Max-Age=0' })
    return response.end()
  }
  if (route === 'GET /api/me') return send(response, 200, me(user))
  if (route === 'POST /api/sync') return postSync(request, response, user)
  const own = leads.get(user.id)
  if (route === 'GET /api/leads/outbound') {
    const from = Number(url.searchParams.get('cursor') ?? 0)
    const to = from + Number(url.searchParams.get('limit') ?? 50)
    return send(response, 200, {
      items: own.slice(from, to),
      next_cursor: to < own.length ? String(to) : null,
    })
  }
  const match = /^\/api\/leads\/([^/]+)(\/activities)?$/.exec(url.pathname)
  const lead = match && own.find((known) => known.id === match[1])
  if (!lead) return problem(response, 404, 'There is no such lead.')
  if (!match[2]) return send(response, 200, lead)
  const items = [...activities.values()].filter((activity) => activity.lead_id === lead.id).reverse()
  return send(response, 200, { items, next_cursor: null })
}

async function control(request, response, url) {
  if (url.pathname === '/__faults') faults = await readBody(request)
  if (url.pathname === '/__expire') sessions.clear()
  return send(response, 200, { activities: [...activities.values()], attempts, faults })
}

async function file(response, path) {
  const name = path === '/app/' ? 'index.html' : normalize(path.slice('/app/'.length))
  if (name.startsWith('..')) return problem(response, 404, 'No such file.')
  try {
    const data = await readFile(join(dist, name))
    response.writeHead(200, {
      'Content-Type': TYPES[extname(name)] ?? 'application/octet-stream',
      'Cache-Control': 'no-cache',
    })
    return response.end(data)
  } catch (error) {
    if (error.code !== 'ENOENT') throw error
    return problem(response, 404, 'No such file.')
  }
}

createServer(async (request, response) => {
  const url = new URL(request.url, `http://${request.headers.host}`)
  if (url.pathname.startsWith('/__')) return control(request, response, url)
  if (url.pathname.startsWith('/api/')) return api(request, response, url)
  if (url.pathname.startsWith('/app/')) return file(response, url.pathname)
  response.writeHead(302, { Location: '/app/' })
  return response.end()
}).listen(port, '127.0.0.1', function () {
  console.log(`stand-in on http://localhost:${this.address().port}/app/`)
})
