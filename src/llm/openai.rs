//! Any endpoint that speaks OpenAI's chat completions: a hosted one, or a server on this machine.

use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::types::chat::{
    ChatCompletionRequestSystemMessage, ChatCompletionRequestUserMessage, CreateChatCompletionRequest,
    CreateChatCompletionResponse, FinishReason, ResponseFormat, ResponseFormatJsonSchema,
};
use async_trait::async_trait;

use super::http::{OneCall, unboxed};
use super::{Completion, Finish, LanguageModel, ModelError, Prompt, Refusal};
use crate::config::Model;

/// An OpenAI-compatible endpoint.
pub struct OpenAiModel {
    client: Client<OpenAIConfig>,
    name: String,
    timeout: Duration,
    /// OpenAI's own newer models take `max_completion_tokens` alone; most other servers know `max_tokens` alone.
    newer_limit: bool,
}

impl OpenAiModel {
    /// Prepares the endpoint of the settings; nothing is sent.
    ///
    /// # Errors
    /// The key holds characters that no header may, or no TLS can be had.
    pub fn new(settings: &Model) -> Result<Self, ModelError> {
        // The crate panics on such a key.
        let key = settings.api_key.expose();
        if !key.chars().all(|c| c.is_ascii_graphic() || c == ' ') {
            return Err(ModelError::Refused(Refusal::Credentials));
        }
        // Another part of the program may have installed it already, which is as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let timeout = Duration::from_secs(settings.timeout_seconds.max(1));
        // A redirect would carry the question to a host that nobody agreed with.
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .connect_timeout(timeout.min(Duration::from_secs(10)))
            .build()
            .map_err(|_| ModelError::Unavailable { status: None, retry_after: None })?;
        // Each value is set, or the crate would take it from the environment.
        let config = OpenAIConfig::new()
            .with_api_base(settings.base_url.trim_end_matches('/'))
            .with_api_key(key)
            .with_org_id("")
            .with_project_id("");
        let client = Client::build(client.clone(), config).with_http_service(OneCall::new(client));
        let newer_limit = settings.base_url.contains("://api.openai.com");
        Ok(Self { client, name: settings.name.clone(), timeout, newer_limit })
    }

    fn request(&self, prompt: &Prompt) -> CreateChatCompletionRequest {
        let response_format = (!prompt.schema.is_null()).then(|| ResponseFormat::JsonSchema {
            json_schema: ResponseFormatJsonSchema {
                description: None,
                name: "answer".to_owned(),
                schema: prompt.schema.clone(),
                strict: Some(true),
            },
        });
        let system =
            ChatCompletionRequestSystemMessage { content: prompt.system.as_str().into(), ..Default::default() };
        let user = ChatCompletionRequestUserMessage { content: prompt.user.as_str().into(), ..Default::default() };
        #[expect(deprecated, reason = "servers other than OpenAI's know max_tokens alone")]
        CreateChatCompletionRequest {
            model: self.name.clone(),
            messages: vec![system.into(), user.into()],
            temperature: Some(0.0),
            max_completion_tokens: self.newer_limit.then_some(prompt.max_tokens),
            max_tokens: (!self.newer_limit).then_some(prompt.max_tokens),
            response_format,
            ..Default::default()
        }
    }
}

#[async_trait]
impl LanguageModel for OpenAiModel {
    async fn complete(&self, prompt: &Prompt) -> Result<Completion, ModelError> {
        let call = self.client.chat();
        match tokio::time::timeout(self.timeout, call.create(self.request(prompt))).await {
            Err(_) => Err(ModelError::Timeout),
            Ok(Err(error)) => Err(unboxed(error)),
            Ok(Ok(response)) => read(response),
        }
    }

    fn name(&self) -> &str {
        &self.name
    }

    async fn probe(&self) -> Result<String, ModelError> {
        let prompt = Prompt {
            system: "Answer with the one word: ready".to_owned(),
            user: crate::identity::deidentify("Are you ready?").undated(jiff::civil::Date::constant(2000, 1, 1)),
            schema: serde_json::Value::Null,
            max_tokens: 16,
            digest: String::new(),
        };
        let completion = self.complete(&prompt).await?;
        Ok(format!("{} answers ({} tokens in, {} out)", self.name, completion.tokens_in, completion.tokens_out))
    }
}

/// The first choice, if there is one: an endpoint may send none, and half an answer says so in `finish_reason`.
fn read(response: CreateChatCompletionResponse) -> Result<Completion, ModelError> {
    let (tokens_in, tokens_out) = response.usage.map_or((0, 0), |usage| (usage.prompt_tokens, usage.completion_tokens));
    let choice = response.choices.into_iter().next().ok_or(ModelError::Malformed("no choice in it"))?;
    let finish = match choice.finish_reason {
        Some(FinishReason::ContentFilter) => return Err(ModelError::Refused(Refusal::Content)),
        Some(FinishReason::ToolCalls | FinishReason::FunctionCall) => {
            return Err(ModelError::Malformed("a call of a tool, where none is offered"));
        }
        Some(FinishReason::Length) => Finish::Cut,
        Some(FinishReason::Stop) | None => Finish::Complete,
    };
    if choice.message.refusal.is_some_and(|refusal| !refusal.is_empty()) {
        return Err(ModelError::Refused(Refusal::Content));
    }
    let text = choice.message.content.ok_or(ModelError::Malformed("a choice without text"))?;
    Ok(Completion { text, tokens_in, tokens_out, finish })
}
