// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, posix, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitepress'

const docs = dirname(dirname(fileURLToPath(import.meta.url)))
const repository = 'https://github.com/contextvars/contextvars-jvm'
const site = 'https://contextvars.dev'

const base = process.env.DOCS_BASE ?? '/' // of a version: /0.1/
const version = process.env.DOCS_VERSION ?? 'snapshot'
const tag = process.env.DOCS_TAG ?? 'main' // what links to sources refer to
const releases = [] // versions with a folder of their own on the site, newest first

// These two agree, or the build fails with a dead link.
const srcExclude = ['contextvars-*/**', '**/target/**', '**/node_modules/**', 'docs/api.md']
const isPage = (path) => path.endsWith('.md') && !/^(contextvars-|docs\/api\.md$)/.test(path)

/** Directs a link to a file that is not a page to the repository. */
function linkToRepository(state) {
  for (const token of state.tokens.flatMap((block) => block.children ?? [])) {
    if (token.type !== 'link_open') continue
    const href = token.attrGet('href')
    if (/^([a-z]+:|#|\/)/.test(href)) continue
    const path = posix.join(posix.dirname(state.env.relativePath), href.split('#')[0])
    if (!isPage(path)) token.attrSet('href', `${repository}/blob/${tag}/${path}`)
  }
}

/** The anchor of a heading, as the repository's web pages have it, so that a link works in both places. */
const slugify = (text) =>
  text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
    .replaceAll(' ', '-')

/** The sections of an index with their links: docs/README.md lists all pages in reading order, or the index of a folder. */
function sections(index) {
  const found = [{ items: [] }]
  for (const line of readFileSync(resolve(docs, index), 'utf8').split('\n')) {
    const heading = line.match(/^## (.+)/)
    const item = line.match(/^- \[(.+?)]\((.+?\.md)\)/)
    if (heading) found.push({ text: heading[1], items: [] })
    if (item) found.at(-1).items.push(link(item[1].replaceAll('`', ''), posix.join(posix.dirname(index), item[2])))
  }
  return found.filter((section) => section.items.length > 0)
}

function link(text, path) {
  const items = /^\w+\/README\.md$/.test(path) ? sections(path).flatMap((section) => section.items) : []
  const page = { text, link: '/' + posix.join('docs', path).replace(/\.md$/, '') }
  return items.length > 0 ? { ...page, collapsed: true, items } : page
}

const sidebar = sections('README.md').map((section, i) => ({ ...section, collapsed: i >= 3 }))

const api = [
  { text: 'Kotlin and Java (Dokka)', link: '/api/index.html', target: '_self' },
  { text: 'Java core (Javadoc)', link: '/javadoc/index.html', target: '_self' },
  { text: 'Packages', link: '/docs/packages' },
]

// Vite and Vue are modules of this folder, but pages are components outside of it, too.
const vue = dirname(createRequire(import.meta.url).resolve('vue/package.json'))

export default defineConfig({
  title: 'contextvars',
  titleTemplate: ':title | contextvars for the JVM',
  description: 'Context variables (PEP 567) for Java and Kotlin: values that follow a request',
  lang: 'en',
  base,
  head: [['link', { rel: 'icon', type: 'image/svg+xml', href: `${base}logo-icon.svg` }]],
  cleanUrls: false, // any static server can serve the site
  lastUpdated: false, // two builds of one commit have the same bytes
  sitemap: { hostname: site + base },

  // The repository is the root, so that a relative link leads to the same page on the site and in the repository.
  srcDir: '..',
  srcExclude,
  rewrites: { 'docs/index.md': 'index.md' },
  outDir: 'target/site',
  cacheDir: 'target/vitepress',
  ignoreDeadLinks: [/^\/(api|javadoc)\//], // added after the build; check-links.mjs checks these links

  vite: {
    publicDir: resolve(docs, 'public'),
    resolve: {
      alias: [
        { find: /^vue$/, replacement: `${vue}/dist/vue.runtime.esm-bundler.js` },
        { find: /^vue\/server-renderer$/, replacement: `${vue}/server-renderer/index.mjs` },
      ],
    },
  },
  markdown: {
    anchor: { slugify },
    config: (md) => md.core.ruler.push('link-to-repository', linkToRepository),
  },

  themeConfig: {
    logo: '/logo-icon.svg',
    search: { provider: 'local', options: { detailedView: true } },
    outline: [2, 3],
    nav: [
      { text: 'Guide', items: sidebar[0].items },
      { text: 'Performance', link: '/docs/performance' },
      { text: 'API', items: api },
      {
        text: version,
        items: [
          ...releases.map((release) => ({ text: release, link: `${site}/${release}/` })),
          { text: 'Changes', link: '/CHANGELOG' },
        ],
      },
    ],
    sidebar: [...sidebar, { text: 'API reference', collapsed: true, items: api }],
    socialLinks: [{ icon: 'github', link: repository }],
    editLink: { pattern: `${repository}/edit/main/:path` },
    footer: { message: 'Apache-2.0' },
  },
})
