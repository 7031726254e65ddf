'use strict';
// browser.cjs PLAYWRIGHT URL SELECTOR: the page's title, its errors and the texts of what matches go to stdout as JSON.
const [library, url, selector] = process.argv.slice(2);
const { chromium } = require(library);

(async () => {
  const browser = await chromium.launch();
  const page = await browser.newPage();
  const errors = [];
  page.on('pageerror', error => errors.push(String(error)));
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  await page.goto(url);
  await page.locator(selector).first().waitFor();
  const texts = (await page.locator(selector).allInnerTexts()).map(text => text.replace(/\s+/g, ' ').trim());
  console.log(JSON.stringify({ title: await page.title(), texts, errors }));
  await browser.close();
})().catch(error => { console.error(error); process.exitCode = 1; });
