// SPDX-License-Identifier: Apache-2.0
// Fails if a link, picture, style or script of the built site does not exist, or an anchor: node check-links.mjs FOLDER
// A link between two pages of Dokka or Javadoc is checked without its anchor, which their scripts may create.
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'

const root = resolve(process.argv[2])
const base = process.env.DOCS_BASE ?? '/'
const pages = readdirSync(root, { recursive: true })
  .filter((path) => path.endsWith('.html'))
  .map((path) => join(root, path))
const texts = new Map(pages.map((page) => [page, readFileSync(page, 'utf8')]))
const isApi = (page) => /^(api|javadoc)\//.test(relative(root, page))
const decode = (href) => decodeURIComponent(href.replaceAll('&amp;', '&').replaceAll('&lt;', '<').replaceAll('&gt;', '>'))

const anchors = new Map()
function hasAnchor(page, anchor) {
  if (!anchors.has(page)) {
    const ids = texts.get(page).matchAll(/\s(?:id|name|data-togglable|data-filterable-current)="([^"]+)"/g)
    anchors.set(page, new Set([...ids].map((match) => match[1])))
  }
  return anchors.get(page).has(anchor)
}

/** Returns what is wrong with a link, or undefined. */
function fault(page, href) {
  const [path, anchor] = decode(href).split('#')
  if (path.startsWith('/') && !path.startsWith(base)) return `is not below ${base}`
  let target = path === '' ? page : path.startsWith('/') ? join(root, path.slice(base.length)) : join(dirname(page), path)
  if (existsSync(target) && statSync(target).isDirectory()) target = join(target, 'index.html')
  if (!existsSync(target)) return 'leads nowhere'
  if (anchor && texts.has(target) && !(isApi(page) && isApi(target)) && !hasAnchor(target, anchor)) return 'has no such anchor'
}

let links = 0
const faults = []
for (const [page, text] of texts) {
  const name = relative(root, page)
  for (const [, href] of text.matchAll(/<(?:a|img|link|script)\s[^>]*?(?:href|src)="([^"]+)"/g)) {
    if (/^([a-z]+:|\/\/)/i.test(href)) continue
    links++
    const found = fault(page, href)
    if (found) faults.push(`${name}: ${href} ${found}`)
  }
  if (!isApi(page) && name !== '404.html' && !text.includes(`href="${base}api/index.html"`)) faults.push(`${name}: no link to the API`)
}
if (links === 0) faults.push('there are no links at all')
for (const text of new Set(faults)) console.error(text)
console.log(`${pages.length} pages, ${links} links, ${new Set(faults).size} faults`)
process.exit(faults.length === 0 ? 0 : 1)
