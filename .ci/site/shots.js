// shots.js CHROMIUM SITE PICTURES: opens the site in a browser, wide, narrow,
// light and dark, from a server and as files, searches it, and takes pictures.
// Prints what is wrong: requests that leave the machine or find nothing, errors
// in the console, pages wider than their window.
"use strict"

const fs = require("fs")
const http = require("http")
const path = require("path")
const puppeteer = require("puppeteer-core")

const [, , chromium, site, pictures] = process.argv
const TYPES = { html: "text/html", css: "text/css", js: "text/javascript", json: "application/json", svg: "image/svg+xml",
  png: "image/png", gif: "image/gif" }

// What is looked at: a name, a page and where on it, and how.
const SHOTS = [
  { name: "start", page: "index.html" },
  { name: "start-dark", page: "index.html", dark: true },
  { name: "start-narrow", page: "index.html", narrow: true },
  { name: "start-areas", page: "index.html", at: "areas" },
  { name: "guides", page: "docs/index.html" },
  { name: "guide", page: "docs/tools.html" },
  { name: "guide-dark", page: "docs/tools.html", dark: true },
  { name: "guide-narrow", page: "docs/tools.html", narrow: true },
  { name: "options", page: "docs/options.html" },
  { name: "options-narrow", page: "docs/options.html", narrow: true },
  { name: "names-dark-narrow", page: "docs/names.html", narrow: true, dark: true, at: "error" },
  { name: "cookbook", page: "docs/cookbook/index.html" },
  { name: "recipes-narrow", page: "docs/cookbook/text.html", narrow: true, dark: true },
  { name: "library", page: "docs/library/stream.html" },
  { name: "library-narrow", page: "docs/library/stream.html", narrow: true, at: "methods" },
  { name: "types", page: "docs/reference/types/chat.html", dark: true },
  { name: "reference", page: "docs/reference/index.html" },
  { name: "responses", page: "docs/reference/responses.html" },
  { name: "responses-narrow", page: "docs/reference/responses.html", narrow: true, at: "clientresponsescreate" },
  { name: "responses-dark", page: "docs/reference/responses.html", dark: true, at: "clientresponsescreate" },
  { name: "contributing", page: "CONTRIBUTING.html", at: "the-map" },
  { name: "source", page: "examples/agent.lua.html" },
  { name: "not-found", page: "no/such/page.html" },
]

const wrong = []

function serve() {
  const server = http.createServer((request, response) => {
    const name = decodeURIComponent(new URL(request.url, "http://x").pathname).replace(/\/$/, "/index.html")
    const file = path.join(site, path.normalize(name))
    const found = fs.existsSync(file) && fs.statSync(file).isFile()
    response.writeHead(found ? 200 : 404, { "content-type": TYPES[(found ? file : "x.html").split(".").pop()] || "text/plain" })
    response.end(fs.readFileSync(found ? file : path.join(site, "404.html")))
  })
  return new Promise(resolve => server.listen(0, "127.0.0.1", () => resolve(server)))
}

// A page of the browser that tells what goes wrong on it.
async function open(browser, origin) {
  const page = await browser.newPage()
  page.on("request", request => {
    if (!/^(data|blob|about):/.test(request.url()) && !request.url().startsWith(origin)) {
      wrong.push(`${page.url()} asks for ${request.url()}`)
    }
  })
  page.on("response", response => {
    if (response.status() >= 400 && !response.url().includes("no/such/page")) wrong.push(`${response.url()}: ${response.status()}`)
  })
  page.on("console", message => {
    if (["error", "warning"].includes(message.type()) && !page.url().includes("no/such/page")) {
      wrong.push(`${page.url()} says ${message.text()}`)
    }
  })
  page.on("pageerror", error => wrong.push(`${page.url()}: ${error.message}`))
  return page
}

const sizes = { wide: { width: 1280, height: 900 }, narrow: { width: 390, height: 844, isMobile: true, hasTouch: true } }

async function shoot(page, top, shot) {
  await page.setViewport(shot.narrow ? sizes.narrow : sizes.wide)
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: shot.dark ? "dark" : "light" }])
  await page.goto(`${top}/${shot.page}${shot.at ? "#" + shot.at : ""}`)
  await new Promise(resolve => setTimeout(resolve, 400)) // the header's title has moved
  await page.screenshot({ path: path.join(pictures, shot.name + ".png") })
}

// What the page shows that is searched for.
async function search(page, url, words, picture) {
  await page.goto(url)
  await page.click("[data-md-component=search-query]")
  await page.type("[data-md-component=search-query]", words)
  await page.waitForSelector(".md-search-result__item a", { timeout: 10000 }).catch(() => wrong.push(`${url}: "${words}" finds nothing`))
  await new Promise(resolve => setTimeout(resolve, 500))
  await page.screenshot({ path: path.join(pictures, picture + ".png") })
  return page.$$eval(".md-search-result__item > a h1, .md-search-result__item > a h2", list => list.map(x => x.textContent.trim()))
}

// Lights and darks, as the switch in the header goes through them.
async function toggle(page, url) {
  await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: "dark" }])
  await page.goto(url)
  const seen = []
  for (let i = 0; i < 4; i++) {
    seen.push(await page.$eval("body", body => body.dataset.mdColorScheme))
    await page.click(".md-header__button[for^=__palette]:not([hidden])")
  }
  if (seen.join() !== "slate,default,slate,slate") wrong.push(`the switch goes through ${seen}`)
}

async function copies(browser, page, url) {
  await browser.defaultBrowserContext().overridePermissions(new URL(url).origin, ["clipboard-read", "clipboard-write", "clipboard-sanitized-write"])
  await page.goto(url)
  const code = await page.$eval("pre > code", element => element.innerText)
  await page.click("pre .md-code__button, .md-clipboard, .md-code__nav button")
  const copied = await page.evaluate(() => navigator.clipboard.readText())
  if (copied.trim() !== code.trim()) wrong.push(`copied is ${copied}`)
}

function pagesIn(folder) {
  return fs.readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const name = path.join(folder, entry.name)
    return entry.isDirectory() ? pagesIn(name) : name.endsWith(".html") ? [name] : []
  })
}

// Every page: none is wider than a narrow window, each has one first heading.
async function each(page, top) {
  await page.setViewport(sizes.narrow)
  const all = pagesIn(site).filter(name => fs.statSync(name).size < 2e6)
  for (const name of all) {
    await page.goto(`${top}/${path.relative(site, name)}`, { waitUntil: "load" })
    const [width, headings] = await page.evaluate(() => [document.scrollingElement.scrollWidth, document.querySelectorAll("h1").length])
    if (width > 390) wrong.push(`${name} is ${width} wide`)
    if (headings !== 1) wrong.push(`${name} has ${headings} first headings`)
  }
  return all.length
}

async function main() {
  const server = await serve()
  const top = `http://127.0.0.1:${server.address().port}`
  const browser = await puppeteer.launch({ executablePath: chromium, args: ["--no-sandbox", "--disable-gpu"] })
  try {
    const page = await open(browser, top)
    for (const shot of SHOTS) await shoot(page, top, shot)
    await page.setViewport(sizes.wide)
    console.log("search:", await search(page, `${top}/index.html`, "retry", "search"))
    await toggle(page, `${top}/docs/tools.html`)
    await copies(browser, page, `${top}/docs/tools.html`)
    console.log("pages:", await each(page, top))
    const files = await open(browser, "file://")
    const url = "file://" + path.resolve(site, "docs/tools.html")
    console.log("search in files:", await search(files, url, "approval", "search-files"))
  } finally {
    await browser.close()
    server.close()
  }
  for (const line of new Set(wrong)) console.log("WRONG", line)
  console.log(`${wrong.length} wrong`)
  process.exitCode = wrong.length ? 1 : 0
}

main()
