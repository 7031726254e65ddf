'use strict';
// report_page.cjs PLAYWRIGHT FOLDER TITLE [SHOTS]: opens Playwright's HTML report in FOLDER through a server on loopback and
// prints what it shows, and of the test TITLE all of its page, as JSON. Pictures of it go to SHOTS.
const fs = require('node:fs');
const http = require('node:http');
const path = require('node:path');
const [library, folder, title, shots] = process.argv.slice(2);
const { chromium } = require(library);

const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml', '.png': 'image/png', '.webmanifest': 'application/json' };

const server = http.createServer((request, response) => {
  const name = decodeURIComponent(new URL(request.url, 'http://x').pathname);
  const file = path.join(folder, path.normalize(name));
  if (!file.startsWith(folder) || !fs.existsSync(file) || !fs.statSync(file).isFile()) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { 'content-type': types[path.extname(file)] ?? 'application/octet-stream' });
  fs.createReadStream(file).pipe(response);
});

const plain = text => text.replace(/\s+/g, ' ').trim();

async function rows(page, url, query) {
  await page.goto('about:blank');
  await page.goto(`${url}/index.html#?q=${encodeURIComponent(query)}`);
  await page.locator('.subnav-item').first().waitFor();
  const list = await page.locator('.test-file-test').evaluateAll(all => all.map(row => ({
    title: row.querySelector('.test-file-title').innerText,
    duration: row.querySelector('[data-testid=test-duration]')?.innerText ?? row.innerText.match(/\d[\d.]*(ms|s|m)\s*$/m)?.[0] ?? '',
    labels: [...row.querySelectorAll('.label')].map(label => label.innerText),
    place: row.querySelector('.test-file-path')?.innerText ?? '',
  })));
  return list.map(row => ({ ...row, title: plain(row.title) }));
}

/** The page of one test: its tabs, and for the last of them errors, steps, pictures and traces. */
async function testPage(context, page, url) {
  await page.goto('about:blank');
  await page.goto(`${url}/index.html#?q=${encodeURIComponent('s:failed')}`);
  await page.locator('.test-file-test', { hasText: title }).locator('a').first().click();
  await page.locator('.test-case-column').waitFor();
  const tabs = (await page.locator('.tabbed-pane-tab-element').allInnerTexts()).map(plain);
  const errors = (await page.locator('.test-error-container, .test-error-view').allInnerTexts()).map(plain);
  const steps = (await page.locator('.test-result .tree-item-title').allInnerTexts()).map(plain);
  const pictures = await page.locator('.test-result img.screenshot').evaluateAll(all =>
    Promise.all(all.map(async image => { await image.decode(); return image.naturalWidth; })));
  if (shots)
    await page.screenshot({ path: path.join(shots, 'test.png'), fullPage: true });
  const link = page.locator('a[href*="trace/index.html"]').first();
  const trace = { actions: [], errors: [] };
  if (await link.count()) {
    const viewer = await context.newPage();
    viewer.on('pageerror', error => trace.errors.push(String(error)));
    await viewer.goto(new URL(await link.getAttribute('href'), `${url}/`).href);
    await viewer.locator('.action-title').first().waitFor();
    trace.actions = (await viewer.locator('.action-title').allInnerTexts()).map(plain);
    if (shots)
      await viewer.screenshot({ path: path.join(shots, 'trace.png') });
  }
  return { tabs, errors, steps, pictures, trace };
}

(async () => {
  await new Promise(done => server.listen(0, '127.0.0.1', done));
  const url = `http://127.0.0.1:${server.address().port}`;
  const browser = await chromium.launch();
  const context = await browser.newContext({ viewport: { width: 1100, height: 900 } });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', error => errors.push(String(error)));
  const lists = {};
  for (const status of ['passed', 'failed', 'flaky', 'skipped'])
    lists[status] = await rows(page, url, `s:${status}`);
  const found = (await rows(page, url, title)).map(row => row.title);
  await rows(page, url, '');
  const counters = (await page.locator('a.subnav-item:has(.counter)').allInnerTexts()).map(text => plain(text).replace(/ /g, ''));
  if (shots)
    await page.screenshot({ path: path.join(shots, 'list.png') });
  const test = await testPage(context, page, url);
  console.log(JSON.stringify({ counters, lists, found, test, errors }));
  await browser.close();
  server.close();
})().catch(error => { console.error(error); process.exitCode = 1; server.close(); });
