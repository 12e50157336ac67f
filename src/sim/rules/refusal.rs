//! Refusals, worded as Zalo words them. They come with HTTP 200.

/// A refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    pub code: i32,
    pub message: String,
}

impl Refusal {
    pub fn new(code: i32, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The refusal of the OA API with this number (zalo-oa 2.6).
    pub fn of(code: i32) -> Self {
        Self::new(code, oa_words(code))
    }

    /// The refusal of the template host with this number (zalo-oa 6).
    pub fn of_template_host(code: i32) -> Self {
        Self::new(code, template_words(code))
    }

    /// `<field> is invalid!`, the OA API's answer to nearly everything that is wrong with a body.
    pub fn invalid(field: &str) -> Self {
        Self::new(-201, format!("{field} is invalid!"))
    }

    /// What the template host says where the OA API says this of token and proof.
    #[must_use]
    pub fn on_template_host(self) -> Self {
        match self.code {
            -216 | -220 => Self::of_template_host(-124),
            -242 => Self::of_template_host(-1241),
            _ => self,
        }
    }
}

/// Zalo's own words, misspellings included.
fn oa_words(code: i32) -> &'static str {
    match code {
        -32 => "Your application reached limit call api",
        -100 => "attachment_id was expired",
        -200 => "Send message failed",
        -204 => "Offical Account is disable",
        -205 => "Offical Account is not exist",
        -209 => "Not supported this api",
        -210 => "Parameter exceeds allowable limit",
        -211 => "Out of quota",
        -212 => "App has not registed this api",
        -213 => "User has not followed OA",
        -214 => "Article is being processed",
        -216 => "Access token is invalid",
        -217 => "User has blocked invitation from OA",
        -218 => "Out of quota receive",
        -219 => "App is removed or disabled",
        -220 => "access_token is expired or removed",
        -221 => "OA needs to be verified for this feature",
        -223 => "OA has not authorized this API",
        -224 => "OA needs to upgrade OA Tier Package",
        -227 => "User is banned or has been inactive for more than 45 days",
        -230 => "User has not interacted with the OA in the past 7 days",
        -232 => "User has no interaction with the OA or the last interaction was expired",
        -233 => "Message type is invalid or not support",
        -234 => "This message cannot be sent at night (10:00PM - 6:00AM)",
        -235 => "API does not support this type of OA",
        -240 => "MessageV2 API has been shut down, please switch to MessageV3",
        -242 => "Invalid appsecret_proof provided in the API argument",
        -244 => "User has restricted this message type from your OA",
        -248 => "Content violates platform standards",
        -249 => "Template does not support send via UID",
        -320 => "Your app needs to connect with Zalo Cloud Account",
        -321 => "Zalo Cloud Account is out of money",
        _ => "Request is refused",
    }
}

fn template_words(code: i32) -> &'static str {
    match code {
        -100 => "Unknown exception, please try again",
        -108 => "Phone number is invalid",
        -109 => "Template id is invalid",
        -110 => "Zalo version of the receiver is not supported",
        -111 => "Template data is empty",
        -1121 => "Template data has a parameter that is too long",
        -1122 => "Template data lacks a parameter",
        -1124 => "Template data has a parameter in a wrong format",
        -114 => "User cannot receive the message",
        -115 => "Out of quota or balance",
        -117 => "OA has no permission to use this template",
        -118 => "Zalo account does not exist or is disabled",
        -121 => "Request body is empty",
        -122 => "Request body is not in JSON format",
        -124 => "Access token is invalid",
        -1241 => "appsecret_proof is invalid",
        -127 => "Development mode only sends to admins of the app or OA",
        -131 => "Template is not approved",
        -132 => "Parameter is invalid",
        -133 => "This message cannot be sent at night",
        -139 => "User has refused this type of message",
        -140 => "User is not eligible for this type of message",
        -141 => "User has refused messages of this OA",
        -144 => "OA has reached its daily limit",
        -146 => "Template is disabled",
        -147 => "Template has reached its daily limit",
        -1471 => "The monthly limit of messages to this user is reached",
        -1472 => "The daily limit of messages to this user is reached",
        -161 => "sending_mode is invalid",
        _ => oa_words(code),
    }
}
