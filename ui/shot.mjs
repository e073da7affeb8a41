import { chromium } from 'playwright-core';
const [,, out, theme='light', w='1440', h='900', ...routes] = process.argv;
const b = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox','--disable-gpu','--disable-background-networking','--no-first-run'] });
const p = await b.newPage({ viewport: { width: +w, height: +h }, colorScheme: theme, reducedMotion: 'reduce' });
p.on('console', m => { if (m.type()==='error') console.log('console:', m.text().slice(0,300)); });
p.on('pageerror', e => console.log('pageerror:', String(e).slice(0,300)));
for (const r of routes) {
  await p.goto('http://127.0.0.1:8787/' + r, { waitUntil: 'load' });
  await p.waitForTimeout(2500);
  const name = (r.replace(/[^a-z0-9]+/gi, '_') || 'root') + '-' + theme;
  await p.screenshot({ path: `${out}/${name}.png` });
  console.log(name);
}
await b.close();
