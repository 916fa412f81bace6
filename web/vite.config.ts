// One page, one script, one style sheet, by fixed names: they are embedded into heddle.
import {defineConfig} from 'vite';

export default defineConfig({
  base: '/',
  build: {
    target: 'es2022',
    modulePreload: {polyfill: false},
    rollupOptions: {output: {entryFileNames: 'dashboard.js', assetFileNames: 'dashboard.[ext]'}},
  },
});
