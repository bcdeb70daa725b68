// SPDX-License-Identifier: Apache-2.0
// Opens the built site in headless Chromium, on a wide screen and on a phone: node try-site.mjs SITE SCREENSHOTS
// Fails if a page scrolls sideways on the phone, logs an error, fails a request, or requests anything from elsewhere.
import { spawn } from 'node:child_process'
import { createReadStream, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, resolve } from 'node:path'

const [site, screenshots] = process.argv.slice(2).map((path) => resolve(path))
const WIDE = { width: 1400, height: 1000 }
const PHONE = { width: 390, height: 844 }
const SHOWN = ['/index.html', '/docs/kotlin-guide.html', '/docs/concepts.html', '/docs/troubleshooting.html', '/docs/performance.html']

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.json': 'application/json' }
const server = createServer((request, response) => {
  let file = join(site, decodeURIComponent(new URL(request.url, 'http://localhost').pathname))
  if (existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html')
  if (!existsSync(file)) return response.writeHead(404).end()
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' })
  createReadStream(file).pipe(response)
})
await new Promise((listening) => server.listen(0, '127.0.0.1', listening))
const origin = `http://127.0.0.1:${server.address().port}`

// The DevTools protocol over a pipe: messages of JSON, each ended by a zero byte.
const chromium = spawn(
  process.env.CHROMIUM ?? 'chromium',
  ['--headless', '--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--disable-background-networking', '--remote-debugging-pipe', 'about:blank'],
  { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
)
const pending = new Map()
const listeners = new Set()
let nextId = 1
let received = Buffer.alloc(0)
chromium.stdio[4].on('data', (bytes) => {
  received = Buffer.concat([received, bytes])
  for (let end = received.indexOf(0); end >= 0; end = received.indexOf(0)) {
    const message = JSON.parse(received.subarray(0, end).toString())
    received = received.subarray(end + 1)
    const call = pending.get(message.id)
    pending.delete(message.id)
    if (call) message.error ? call.reject(new Error(message.error.message)) : call.resolve(message.result)
    else for (const listener of listeners) listener(message)
  }
})
function send(method, params = {}, sessionId = undefined) {
  const id = nextId++
  chromium.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0')
  return new Promise((resolve, reject) => pending.set(id, { resolve, reject }))
}

const { targetId } = await send('Target.createTarget', { url: 'about:blank' })
const { sessionId } = await send('Target.attachToTarget', { targetId, flatten: true })
const page = (method, params) => send(method, params, sessionId)
const evaluate = async (expression) =>
  (await page('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })).result.value

let at = ''
const faults = []
const fault = (text) => faults.push(`${at}: ${text}`)
listeners.add(({ method, params }) => {
  if (method === 'Network.requestWillBeSent') {
    const { url } = params.request
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) fault(`requests ${url}`)
  }
  if (at.startsWith('/javadoc/')) return // the javadoc tool of Debian refers to fonts that it does not contain
  if (method === 'Runtime.exceptionThrown') fault(params.exceptionDetails.exception?.description ?? 'an exception')
  if (method === 'Runtime.consoleAPICalled' && params.type === 'error') fault(`console: ${JSON.stringify(params.args)}`)
  if (method === 'Log.entryAdded' && params.entry.level === 'error') fault(`log: ${params.entry.text} ${params.entry.url ?? ''}`)
  if (method === 'Network.responseReceived' && params.response.status >= 400) fault(`${params.response.status} ${params.response.url}`)
})
for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await page(`${domain}.enable`)

const event = (wanted) =>
  new Promise((resolve) => {
    const listener = ({ method }) => method === wanted && listeners.delete(listener) && resolve()
    listeners.add(listener)
  })
/** Evaluates the expression until it is true. */
async function until(expression) {
  for (let i = 0; i < 200; i++) {
    if (await evaluate(expression)) return
    await new Promise((next) => setTimeout(next, 50))
  }
  throw new Error(`${at}: not true after 10 s: ${expression}`)
}
const show = (screen) =>
  page('Emulation.setDeviceMetricsOverride', { ...screen, deviceScaleFactor: 1, mobile: screen === PHONE })
const setDark = (dark) => evaluate(`localStorage.setItem('vitepress-theme-appearance', '${dark ? 'dark' : 'light'}')`)
async function open(path) {
  at = path
  const loaded = event('Page.loadEventFired')
  await page('Page.navigate', { url: origin + path })
  await loaded
  await until(`!document.querySelector('#app') || document.querySelector('#app').__vue_app__ !== undefined`)
}
async function screenshot(name) {
  const { data } = await page('Page.captureScreenshot', { format: 'png' })
  writeFileSync(join(screenshots, `${name}.png`), Buffer.from(data, 'base64'))
}

mkdirSync(screenshots, { recursive: true })
const pages = readdirSync(site, { recursive: true })
  .filter((path) => path.endsWith('.html') && !/^(api|javadoc)\//.test(path) && path !== '404.html')
  .map((path) => `/${path}`)

await show(PHONE)
for (const path of pages) {
  await open(path)
  const width = await evaluate('document.documentElement.scrollWidth')
  if (width > PHONE.width) fault(`is ${width} pixels wide on a screen of ${PHONE.width}`)
}

for (const [size, screen] of Object.entries({ wide: WIDE, phone: PHONE })) {
  await show(screen)
  for (const dark of [false, true]) {
    await setDark(dark)
    for (const path of SHOWN) {
      await open(path)
      if ((await evaluate(`document.documentElement.classList.contains('dark')`)) !== dark) fault('ignores the dark mode')
      await screenshot([path.slice(1).replace(/\.html$/, '').replaceAll('/', '-'), size, ...(dark ? ['dark'] : [])].join('-'))
    }
  }
}

await setDark(false)
for (const [size, screen] of Object.entries({ wide: WIDE, phone: PHONE })) {
  await show(screen)
  await open('/index.html')
  await evaluate(`document.querySelector('.VPNavBarSearch button').click()`)
  await until(`document.querySelector('.VPLocalSearchBox input') !== null`)
  await page('Input.insertText', { text: 'already entered' })
  await until(`document.querySelectorAll('.VPLocalSearchBox .result').length > 0`)
  const first = await evaluate(`document.querySelector('.VPLocalSearchBox .result').getAttribute('href')`)
  if (!first.includes('troubleshooting')) fault(`the first result of a search for a message is ${first}`)
  await screenshot(`search-${size}`)
}

await show(WIDE)
await open('/api/index.html')
await screenshot('api-wide')
await open('/javadoc/index.html')
await screenshot('javadoc-wide')

chromium.stdio[3].end()
chromium.kill()
server.close()
for (const text of new Set(faults)) console.error(text)
console.log(`${pages.length} pages, ${new Set(faults).size} faults; screenshots in ${screenshots}`)
process.exit(faults.length === 0 ? 0 : 1)
