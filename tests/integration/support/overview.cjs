'use strict';
// overview.cjs PLAYWRIGHT AXE PAGE [PICTURES]: opens an overview as people do, with mouse, keyboard, phone and
// paper; what was seen goes to stdout as JSON, pictures of it into the folder PICTURES.
const [library, axe, file, pictures] = process.argv.slice(2);
const fs = require('fs');
const path = require('path');
const { chromium } = require(library);
const url = `file://${file}`;
const own = `file://${path.dirname(file)}/`;

const seen = { errors: [], foreign: [] };
let browser;

async function opened(options, script = true) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, javaScriptEnabled: script, reducedMotion: 'reduce', ...options });
  const page = await context.newPage();
  // Playwright's page, which a click leads to, says things of its own.
  const ours = () => page.url().startsWith(url);
  page.on('pageerror', error => ours() && seen.errors.push(String(error)));
  page.on('console', message => ours() && message.type() === 'error' && seen.errors.push(message.text()));
  page.on('request', request => !request.url().startsWith(own) && !request.url().startsWith('data:') && seen.foreign.push(request.url()));
  await page.goto(url);
  return page;
}

const texts = (page, selector) => page.locator(selector).allInnerTexts().then(all => all.map(text => text.replace(/\s+/g, ' ').trim()));
const frame = page => page.evaluate(() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done))));
const label = page => page.locator('#bar').getAttribute('aria-label');

// Every bar that arrow keys come to: lane by lane from the top, each from its first bar to its last.
async function walked(page) {
  const press = key => page.keyboard.press(key);
  const place = () => page.locator('#bar').evaluate(bar => `${bar.style.left} ${bar.style.width} ${bar.getAttribute('aria-label')}`);
  const top = () => page.locator('#bar').evaluate(bar => bar.style.top);
  await page.locator('#bar').focus();
  for (let before = ''; before !== (before = await top());) await press('ArrowUp');
  const bars = [];
  for (let lane = '', next = await top(); next !== lane; next = await top()) {
    lane = next;
    await press('Home');
    for (let before = ''; before !== (before = await place());) {
      bars.push({ label: await label(page), href: await page.locator('#bar').getAttribute('href') });
      await press('ArrowRight');
    }
    await press('ArrowDown');
  }
  return bars;
}

// Goes to the bar whose words hold `text`, by keyboard, and gives its middle.
async function middleOf(page, text) {
  const at = await page.evaluate(text => {
    for (let bar = 0; bar < chart.count; bar++) {
      const words = told(bar);
      if (`${words.title}, ${words.where}: ${words.result}`.includes(text)) {
        goTo(bar);
        const box = barLink.getBoundingClientRect();
        leaveBar();
        return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
      }
    }
    return null;
  }, text);
  if (!at) throw new Error(`no bar has the words ${text}`);
  return at;
}

// The least contrast of any text with what is behind it, and whose it is.
const contrast = page => page.evaluate(() => {
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgb = colour => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const light = ([r, g, b]) => {
    const part = value => ((value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part(r) + 0.7152 * part(g) + 0.0722 * part(b);
  };
  const ground = element => {
    for (let at = element; at; at = at.parentElement) {
      const colour = rgb(getComputedStyle(at).backgroundColor);
      if (colour[3] === 255) return colour;
    }
    return rgb('white');
  };
  let least = { ratio: 21, text: '' };
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walk.nextNode()) {
    const text = walk.currentNode.data.trim();
    const element = walk.currentNode.parentElement;
    if (!text || !element.checkVisibility({ visibilityProperty: true }) || element.closest('script, style, noscript')) continue;
    const [a, b] = [rgb(getComputedStyle(element).color), ground(element)].map(light).sort((a, b) => b - a);
    const ratio = (a + 0.05) / (b + 0.05);
    if (ratio < least.ratio) least = { ratio, text: text.slice(0, 60) };
  }
  return least;
});

// What axe says against the page: each rule with the first places that break it.
async function violations(page) {
  await page.evaluate(fs.readFileSync(axe, 'utf8'));
  const found = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
  if (found.passes.length < 10) throw new Error('axe looked at next to nothing');
  return found.violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.slice(0, 3).map(node => node.html).join(' ')}`);
}

const colourAt = (page, at) => page.evaluate(({ x, y }) => {
  const canvas = document.getElementById('lanes');
  const box = canvas.getBoundingClientRect();
  const scale = canvas.width / box.width;
  return [...canvas.getContext('2d').getImageData((x - box.left) * scale, (y - box.top) * scale, 1, 1).data];
}, at);

async function desk() {
  const page = await opened({ colorScheme: 'light' });
  await frame(page);
  seen.verdict = (await texts(page, 'h1'))[0];
  seen.reasons = await texts(page, 'header .reasons li');
  seen.jumps = await texts(page, '.jump > a');
  seen.bars = await page.evaluate(() => chart.count);
  seen.background = await page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  seen.contrast = await contrast(page);
  seen.tree = await page.locator('body').ariaSnapshot();
  seen.violations = await violations(page);
  if (seen.bars <= 1000) seen.walked = await walked(page);
  await page.locator('h1').click();

  const axis = () => page.evaluate(() => `${document.getElementById('range').textContent} ${document.getElementById('axis').toDataURL()}`);
  const range = () => page.locator('#range').innerText();
  const steps = seen.zoom = [];
  const looked = async name => { await frame(page); steps.push({ name, range: await range(), axis: await axis() }); };
  await looked('all');
  await page.locator('#zoom-in').click();
  await looked('button');
  await page.locator('#zoom-all').click();
  await looked('reset');
  const box = await page.locator('#lanes').boundingBox();
  await page.mouse.move(box.x + box.width / 2, box.y + 20);
  await page.keyboard.down('Control');
  await page.mouse.wheel(0, -200);
  await page.keyboard.up('Control');
  await looked('wheel');
  await page.mouse.dblclick(box.x + box.width - 3, box.y + 6);
  await looked('double click');
  await page.mouse.move(box.x + box.width * 0.3, box.y + 20);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.4, box.y + 20, { steps: 4 });
  await page.mouse.up();
  await looked('drag');
  seen.stayed = page.url() === url;
  await page.locator('#bar').focus();
  await page.keyboard.press('0');
  await page.keyboard.press('+');
  await looked('key');
  await page.keyboard.press('0');
  await looked('key 0');

  const filter = page.locator('#filter');
  if (await filter.isVisible()) {
    await page.locator('h1').click();
    // A key alone does nothing where nothing has the focus: speech and tremor press keys, too.
    await page.keyboard.press('/');
    seen.key = await page.evaluate(() => document.activeElement.id);
    await filter.focus();
    await page.keyboard.type('no test is called this');
    seen.filtered = { none: await page.locator('.card:visible').count(), said: await page.locator('#found').innerText() };
    await page.keyboard.press('Escape');
    seen.filtered.all = await page.locator('.card:visible').count();
  }
  seen.themes = [];
  for (let i = 0; i < 3; i++) {
    await page.locator('#theme').click();
    seen.themes.push(await page.evaluate(() => `${document.getElementById('theme').textContent} ${getComputedStyle(document.documentElement).backgroundColor}`));
  }
  seen.pictures = await page.evaluate(async () => {
    const all = [...document.images];
    for (const one of all) one.loading = 'eager';
    await Promise.all(all.map(one => one.decode().catch(() => {})));
    return all.map(one => one.naturalWidth);
  });
  seen.memory = await page.evaluate(() => performance.memory.usedJSHeapSize);
  await page.context().close();
}

// A bar under the mouse tells what it is, and leads to its test.
async function hovered(text) {
  const page = await opened({ colorScheme: 'light' });
  await frame(page);
  const at = await middleOf(page, text);
  const colour = await colourAt(page, at);
  await page.mouse.move(at.x, at.y);
  const tip = (await page.locator('#tip').innerText()).split('\n');
  const href = await page.locator('#bar').getAttribute('href');
  const told = { text, tip, href, colour };
  if (href && href.startsWith('playwright/')) {
    await page.mouse.click(at.x, at.y);
    await page.waitForURL(/playwright\/index\.html#\?testId=/);
    await page.locator('.test-case-path, .test-case-column').first().waitFor();
    told.page = (await page.locator('body').innerText()).replace(/\s+/g, ' ');
    told.url = page.url();
  }
  await page.context().close();
  return told;
}

// What the links above the results lead to and what cannot be seen then, at every width and zoom.
async function covered() {
  const hidden = [];
  for (const width of [375, 640, 1000, 1280]) {
    const page = await opened({ viewport: { width, height: 700 } });
    await frame(page);
    for (const href of await page.locator('.jump > a').evaluateAll(all => all.map(one => one.hash))) {
      await page.locator(`.jump > a[href="${href}"]`).click();
      await frame(page);
      const seen = await page.locator(`${href} h2`).first().evaluate(heading => {
        const { left, top, height } = heading.getBoundingClientRect();
        const there = document.elementFromPoint(left + 3, top + height / 2);
        return !!there && (there === heading || heading.contains(there));
      });
      if (!seen) hidden.push(`${href} at ${width}`);
    }
    await page.context().close();
  }
  return hidden;
}

// How many titles from right to left run into the place beside them.
async function mixed() {
  const page = await opened({});
  const wrong = await page.locator('summary:has(.title)').evaluateAll(all => all.slice(0, 50).filter(summary => {
    const [title, place] = ['.title', '.place'].map(name => summary.querySelector(name));
    title.textContent = '\u0639\u0646\u0648\u0627\u0646';
    place.textContent = `3 ${place.textContent}`;
    return title.getBoundingClientRect().right > place.getBoundingClientRect().left + 1;
  }).length);
  await page.context().close();
  return wrong;
}

async function elsewhere() {
  seen.covered = await covered();
  seen.mixed = await mixed();

  const dark = await opened({ colorScheme: 'dark' });
  await frame(dark);
  seen.dark = { background: await dark.evaluate(() => getComputedStyle(document.documentElement).backgroundColor), contrast: await contrast(dark) };
  seen.violations.push(...await violations(dark));
  await dark.context().close();

  const phone = await opened({ viewport: { width: 375, height: 740 }, hasTouch: true, isMobile: true });
  await frame(phone);
  seen.phone = await phone.evaluate(() => ({ wide: document.documentElement.scrollWidth, canvas: document.getElementById('lanes').clientWidth }));
  seen.violations.push(...await violations(phone));
  await phone.context().close();

  const paper = await opened({});
  await paper.emulateMedia({ media: 'print', colorScheme: 'dark' });
  await frame(paper);
  await paper.setViewportSize({ width: 720, height: 900 });
  await frame(paper);
  seen.paper = await paper.evaluate(() => ({
    wide: Math.max(...[...document.querySelectorAll('table')].map(table => table.scrollWidth)),
    closed: document.querySelectorAll('details:not([open])').length,
    tools: document.querySelector('.tools').checkVisibility(),
    cards: [...document.querySelectorAll('.card')].filter(card => card.checkVisibility()).length,
    background: getComputedStyle(document.documentElement).backgroundColor,
  }));
  await paper.emulateMedia({ media: 'screen' });
  await paper.context().close();

  const plain = await opened({}, false);
  seen.plain = { verdict: (await texts(plain, 'h1'))[0], cards: await plain.locator('.card:visible').count(), shards: await plain.locator('#shards tbody tr:visible').count(), chart: await plain.locator('#chart').isVisible() };
  await plain.context().close();
}

async function pictured() {
  for (const colorScheme of ['light', 'dark']) {
    const page = await opened({ viewport: { width: 1120, height: 760 }, colorScheme });
    await frame(page);
    const at = await middleOf(page, 'failed, passed later');
    await page.mouse.move(at.x, at.y);
    await frame(page);
    await page.screenshot({ path: path.join(pictures, `overview-${colorScheme}.png`) });
    await page.context().close();
  }
}

(async () => {
  browser = await chromium.launch();
  await desk();
  await elsewhere();
  seen.hovered = [];
  for (const text of JSON.parse(process.env.OVERVIEW_BARS || '[]')) seen.hovered.push(await hovered(text));
  if (pictures) await pictured();
  console.log(JSON.stringify(seen));
})().catch(error => { console.error(error); process.exitCode = 1; }).finally(() => browser && browser.close());
