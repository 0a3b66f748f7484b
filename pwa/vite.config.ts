import { VitePWA } from 'vite-plugin-pwa'
import { loadEnv } from 'vite'
import { defineConfig } from 'vitest/config'

const year = 365 * 24 * 60 * 60

export default defineConfig(({ mode }) => ({
  base: '/app/',
  build: { target: 'es2022', chunkSizeWarningLimit: 1200, modulePreload: { polyfill: false } },
  worker: { format: 'es' },
  server: {
    proxy: { '/api': loadEnv(mode, '.', 'OUTBOUND_')['OUTBOUND_API_URL'] ?? 'http://localhost:8000' },
  },
  test: { environment: 'node', include: ['tests/unit/**/*.test.ts'], setupFiles: ['tests/unit/setup.ts'] },
  plugins: [
    VitePWA({
      registerType: 'prompt',
      injectRegister: false,
      includeAssets: ['icons/apple-touch-icon.png', 'icons/mark.svg'],
      manifest: {
        id: '/app/',
        name: 'Outbound',
        short_name: 'Outbound',
        description: 'Your leads, your map and every knock, with or without signal.',
        start_url: '/app/',
        scope: '/app/',
        display: 'standalone',
        orientation: 'portrait',
        lang: 'en',
        background_color: '#f3f4f1',
        theme_color: '#174c3c',
        icons: [
          { src: 'icons/icon-192.png', sizes: '192x192', type: 'image/png' },
          { src: 'icons/icon-512.png', sizes: '512x512', type: 'image/png' },
          { src: 'icons/maskable-512.png', sizes: '512x512', type: 'image/png', purpose: 'maskable' },
        ],
      },
      workbox: {
        globPatterns: ['**/*.{js,css,html}'],
        // The map engine is a lazy chunk, yet it must be on the phone before the signal goes.
        maximumFileSizeToCacheInBytes: 4 * 1024 * 1024,
        navigateFallback: '/app/index.html',
        navigateFallbackAllowlist: [/^\/app\//, /^\/app$/],
        cleanupOutdatedCaches: true,
        // The first visit's map is kept too; a new version still waits until the rep takes it.
        clientsClaim: true,
        // Only the basemap is kept here. Leads live in IndexedDB, under the account that may see them.
        runtimeCaching: [
          {
            urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname === '/api/maps/style.json',
            handler: 'NetworkFirst',
            options: { cacheName: 'map-style', networkTimeoutSeconds: 4 },
          },
          {
            urlPattern: ({ url, sameOrigin }) => sameOrigin && url.pathname.startsWith('/api/maps/'),
            handler: 'StaleWhileRevalidate',
            options: {
              cacheName: 'map-tiles',
              expiration: { maxEntries: 4000, maxAgeSeconds: year, purgeOnQuotaError: true },
              cacheableResponse: { statuses: [200] },
            },
          },
        ],
      },
    }),
  ],
}))
