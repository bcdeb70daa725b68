// SPDX-License-Identifier: Apache-2.0
package dev.contextvars.spring

import jakarta.servlet.Filter
import jakarta.servlet.http.HttpServletRequest
import jakarta.servlet.http.HttpServletResponse
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.context.annotation.Import
import org.springframework.scheduling.annotation.EnableAsync
import org.springframework.web.servlet.HandlerInterceptor
import org.springframework.web.servlet.config.annotation.InterceptorRegistry
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer

@Configuration(proxyBeanMethods = false)
@EnableAutoConfiguration
@EnableAsync
@Import(MvcHandlers::class, MvcErrors::class, ErrorPage::class, AsyncTasks::class)
internal class MvcApplication {
    @Bean
    fun afterCompletion() = Sightings()

    @Bean
    fun userFilter() = Filter { request, response, chain ->
        user.set((request as HttpServletRequest).getHeader(HEADER))
        chain.doFilter(request, response)
    }

    @Bean
    fun interceptors(afterCompletion: Sightings): WebMvcConfigurer = object : WebMvcConfigurer, HandlerInterceptor {
        override fun addInterceptors(registry: InterceptorRegistry) {
            registry.addInterceptor(this)
        }

        override fun afterCompletion(
            request: HttpServletRequest,
            response: HttpServletResponse,
            handler: Any,
            failure: Exception?,
        ) = afterCompletion.add(request.getHeader(HEADER), user.get(), note.get())
    }
}
