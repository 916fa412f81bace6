// The dashboard in a real Chromium: live figures, both themes, the keyboard, a small screen, keys, hostile names.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {after, before, describe, test} from 'node:test';

import {chromium} from 'playwright-core';

import {serve, slowServer} from './server.mjs';

describe('the dashboard', () => {
  let browser, server, slow;
  before(async () => {
    browser = await chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox']});
    slow = await slowServer(30);
    server = await serve(`[[node]]\nname = "near"\nbackend = "openai:127.0.0.1:${slow.port}"\nmodel = "m"\n`);
  });
  after(() => browser?.close());
  const call = (content, more = {}) => server.post('/v1/chat/completions', {model: 'm', messages: [{role: 'user', content}], ...more}).then((reply) => reply.text());
  const open = async (options = {}) => {
    const page = await browser.newPage(options);
    const faults = [], asked = [];
    page.on('pageerror', (error) => faults.push(`${error}`));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(server.url);
    return {page, faults, asked};
  };

  test('shows calls, nodes, caches and charts, and asks nobody else', async () => {
    await call('one');
    await call('two', {temperature: 0});
    await call('two', {temperature: 0});
    const {page, faults, asked} = await open();
    await page.waitForSelector('#calls details');
    assert.equal(await page.locator('#calls details').count(), 3);
    assert.equal(await page.locator('#state').textContent(), 'well');
    assert.match(await page.locator('#nodes tbody').textContent(), /near.*well/);
    assert.match(await page.locator('#caches tbody').textContent(), /^memory11/);  // found once, not there once
    assert.equal(await page.locator('canvas').count(), 3);
    assert.ok(await page.locator('#tiles .tile').count() >= 10);
    await call('three');
    await page.waitForFunction(() => document.querySelectorAll('#calls details').length === 4);  // by itself
    assert.deepEqual(faults, []);
    assert.deepEqual(asked.filter((url) => !url.startsWith(server.url) && !url.startsWith('data:')), []);
    await page.close();
  });

  test('works from the keyboard', async () => {
    const {page} = await open();
    await page.waitForSelector('#calls details');
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'theme');
    await page.keyboard.press('Enter');
    const before = await page.evaluate(() => document.documentElement.dataset.theme);
    await page.keyboard.press('Enter');
    assert.notEqual(await page.evaluate(() => document.documentElement.dataset.theme), before);
    await page.keyboard.press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'SUMMARY');
    await page.keyboard.press('Enter');
    assert.ok(await page.locator('#calls details[open] .fall i').count() >= 2);
    assert.match(await page.locator('#calls details[open]').textContent(), /queue.*first token.*node near/);
    await page.waitForTimeout(1200);  // the next answer leaves it open
    assert.equal(await page.locator('#calls details[open]').count(), 1);
    await page.close();
  });

  test('follows the reader\'s theme, and fits a small screen', async () => {
    for (const colorScheme of ['light', 'dark']) {
      const {page} = await open({colorScheme, viewport: {width: 360, height: 700}});
      await page.waitForSelector('.tile');
      assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), colorScheme);
      const [background, color] = await page.evaluate(() => [getComputedStyle(document.body).backgroundColor || '', getComputedStyle(document.documentElement).color]);
      assert.notEqual(background, color);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out');
      await page.close();
    }
  });

  test('what clients send is text, never markup', async () => {
    await server.post('/v1/chat/completions', {model: '<img src=x onerror=alert(1)>', messages: [{role: 'user', content: 'x'}]});
    const {page, faults} = await open();
    await page.waitForSelector('#calls details');
    assert.equal(await page.locator('#calls img').count(), 0);
    assert.match(await page.locator('#calls').textContent(), /<img src=x/);
    assert.deepEqual(faults, []);
    await page.close();
  });

  test('paints within a second, and is small', async () => {
    const {page} = await open();
    await page.waitForSelector('.tile');
    const [paint, bytes] = await page.evaluate(() => [performance.getEntriesByName('first-contentful-paint')[0]?.startTime, performance.getEntriesByType('resource').filter((entry) => /dashboard/.test(entry.name)).reduce((sum, entry) => sum + entry.decodedBodySize, 0)]);
    assert.ok(bytes > 10_000 && bytes < 300_000, `${bytes} bytes`);
    assert.ok(paint > 0, 'it painted');  // how fast: perf/serve_perf
    await page.close();
  });

  test('asks for a key where one is needed', async () => {
    const hash = execFileSync('sha256sum', {input: 'open'}).toString().slice(0, 64);
    const locked = await serve(`[[client]]\nname = "me"\nsha256 = "${hash}"\n[[node]]\nbackend = "openai:127.0.0.1:${slow.port}"\nmodel = "m"\n`);
    const page = await browser.newPage();
    await page.goto(locked.url);
    await page.waitForSelector('#key:not([hidden])');
    await page.fill('#key-text', 'open');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.tile');
    assert.equal(await page.locator('#state').textContent(), 'well');
    await page.close();
  });
});
