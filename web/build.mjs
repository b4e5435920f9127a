// Bundles what the Studio's pages load: one style sheet, one script, and the fonts they name.
import { copyFileSync, rmSync } from "node:fs";
import { build } from "esbuild";

const out = "../src/gale/studio/static";
rmSync(out, { recursive: true, force: true });
const result = await build({
  entryPoints: { studio: "src/studio.js", look: "src/css/studio.css" },
  outdir: out,
  bundle: true,
  minify: true,
  target: ["es2021", "chrome111", "firefox113", "safari16.4"],
  loader: { ".woff2": "file" },
  assetNames: "fonts/[name]",
  legalComments: "none",
  metafile: true,
  logLevel: "warning",
});
copyFileSync("src/barb.svg", `${out}/barb.svg`);
const sizes = Object.entries(result.metafile.outputs).map(([name, { bytes }]) => [name.split("/static/")[1], bytes]);
const total = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
console.error(`static: ${sizes.length} files, ${Math.round(total / 1024)} KB`);
