/** Draws the PNG icons from public/icon.svg with Chromium; run it after changing the picture. */
import { readFile, writeFile } from "node:fs/promises";
import { chromium } from "playwright-core";

const svg = await readFile("public/icon.svg", "utf8");
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const GROUND = "#fff4ea";

/** Systems cut a maskable icon to their own shape, so its picture is smaller on a full ground. */
const icons = [
  { file: "icon-180.png", size: 180, picture: 0.78, ground: GROUND },
  { file: "icon-192.png", size: 192, picture: 1, ground: "transparent" },
  { file: "icon-512.png", size: 512, picture: 1, ground: "transparent" },
  { file: "icon-maskable-512.png", size: 512, picture: 0.6, ground: GROUND },
];

for (const { file, size, picture, ground } of icons) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  const side = Math.round(size * picture);
  await page.setContent(`
    <style>
      body { margin: 0; height: 100vh; display: grid; place-items: center; background: ${ground}; }
      svg { width: ${side}px; height: ${side}px; }
    </style>${svg}`);
  await writeFile(`public/${file}`, await page.screenshot({ omitBackground: true }));
  await page.close();
}
await browser.close();
