//! Every code with which Zalo refuses, and what it means for us: one table a host (zalo-oa 2.6 and 6).

use super::refusal::Decision::{
    self, BackOff, Later, Never, NextWay, NoMoney, RefreshToken, Stop, UntilMorning, UntilQuota,
};

/// Which API answered: the two number their refusals differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Host {
    /// `openapi.zalo.me`: the chat, template messages by user id, uploads.
    Account,
    /// `business.openapi.zalo.me`: template messages by phone.
    Templates,
}

/// The reason kept for a citizen whose 7-day window is closed, whether Zalo says so or our own record.
pub const WINDOW_CLOSED: &str = "window";

type Row = (i64, Decision, &'static str);

/// What a code means; none where nobody has written it down.
pub(super) fn meaning(host: Host, code: i64) -> Option<(Decision, &'static str)> {
    table(host).iter().find(|(known, ..)| *known == code).map(|(_, decision, reason)| (*decision, *reason))
}

/// Every code of a host that somebody has written down, with the decision and the reason in our words.
pub fn all(host: Host) -> impl Iterator<Item = (i64, Decision, &'static str)> {
    table(host).iter().copied()
}

fn table(host: Host) -> &'static [Row] {
    match host {
        Host::Account => ACCOUNT,
        Host::Templates => TEMPLATES,
    }
}

const ACCOUNT: &[Row] = &[
    (-32, BackOff, "the application has reached its rate limit"),
    (-100, Never, "an uploaded file has expired"),
    (-200, Later, "Zalo could not send"),
    (-201, Never, "a field of the message is invalid"),
    (-204, Stop, "the Official Account is disabled"),
    (-205, Stop, "the Official Account does not exist"),
    (-209, Stop, "the application is not activated"),
    (-210, Never, "a field of the message is too long"),
    (-211, UntilQuota, "out of quota"),
    (-212, Stop, "the application is not registered for this API"),
    (-213, NextWay, "the citizen does not follow the account"),
    (-214, Later, "Zalo is still processing"),
    (-216, RefreshToken, "the access token is invalid"),
    (-217, NextWay, "the citizen has blocked the account"),
    (-218, UntilQuota, "the citizen's quota of messages is used up"),
    (-219, Stop, "the application is removed or disabled"),
    (-220, RefreshToken, "the access token has expired or was removed"),
    (-221, Stop, "the Official Account needs to be verified"),
    (-223, Stop, "the Official Account has not authorised the application"),
    (-224, Stop, "the Official Account needs a higher plan"),
    (-227, NextWay, "the citizen's Zalo account is banned or inactive for 45 days"),
    (-230, NextWay, WINDOW_CLOSED),
    // Known from one source only, without a meaning.
    (-231, Later, "a refusal whose meaning is not documented"),
    (-232, NextWay, WINDOW_CLOSED),
    (-233, Never, "the type of message is not supported"),
    (-234, UntilMorning, "not at night"),
    (-235, Stop, "this API is not for this type of account"),
    (-237, Stop, "the group is disabled"),
    (-238, Never, "the asset is used or disabled"),
    (-240, Stop, "this version of the API is shut down"),
    (-241, Never, "the asset is used or disabled"),
    (-242, Stop, "appsecret_proof is wrong: check ZALO_APP_SECRET"),
    (-244, NextWay, "the citizen has restricted messages from the account"),
    (-248, Never, "the message violates the platform's standards"),
    (-249, Never, "the template cannot be sent by user id"),
    // Free replies go on without money.
    (-320, NoMoney, "the application is not connected to a Zalo Cloud Account"),
    (-321, NoMoney, "the Zalo Cloud Account is out of money"),
    (-403, Never, "the account is not in the group"),
    (-1340, Never, "the form does not exist"),
    (-1341, Never, "the form cannot be accessed"),
];

const TEMPLATES: &[Row] = &[
    (-32, BackOff, "the application has reached its rate limit"),
    (-100, Later, "an unknown error"),
    (-101, Stop, "the application is invalid"),
    (-102, Stop, "the application does not exist"),
    (-103, Stop, "the application is not activated"),
    (-104, Stop, "the application's secret is invalid"),
    (-105, Stop, "the application is not linked to the account"),
    (-106, Stop, "the method is not supported"),
    (-107, Never, "the message id is invalid"),
    (-108, NextWay, "the phone number is invalid"),
    (-109, Stop, "the template id is invalid: check ZALO_TEMPLATE_ID"),
    (-1091, Stop, "the template cannot be changed"),
    (-110, NextWay, "the citizen's Zalo is too old"),
    (-111, Never, "the template has no data"),
    (-112, Never, "a parameter's type is not defined"),
    (-1121, Never, "a parameter is too long"),
    (-1122, Never, "a parameter is missing"),
    (-1123, Never, "the QR code cannot be made"),
    (-1124, Never, "a parameter's format is wrong"),
    (-113, Never, "a button is invalid"),
    (-1131, Never, "a button is invalid"),
    (-114, NextWay, "the citizen cannot receive it"),
    (-115, NoMoney, "the balance or the quota is used up"),
    (-116, Never, "the content is invalid"),
    (-117, Stop, "the account may not use the template"),
    (-118, NextWay, "nobody has Zalo under this number"),
    (-119, NextWay, "the citizen cannot receive it"),
    (-120, Stop, "the account may not use this function"),
    (-1201, Stop, "the account may not use this function"),
    (-1202, Stop, "the account may not use this function"),
    (-121, Never, "the body is empty"),
    (-122, Never, "the body is not JSON"),
    (-123, Never, "the body cannot be deciphered"),
    (-124, RefreshToken, "the access token is invalid"),
    (-1241, Stop, "appsecret_proof is wrong: check ZALO_APP_SECRET"),
    (-125, Stop, "the account's id is invalid"),
    (-126, NoMoney, "the wallet for tests is empty"),
    (-127, NextWay, "tests go to administrators only"),
    (-128, Never, "the key is missing"),
    (-129, Never, "the key cannot be made"),
    (-130, Never, "the content is too long"),
    (-131, Stop, "the template is not approved"),
    (-132, Never, "a parameter is invalid"),
    (-133, UntilMorning, "not at night"),
    (-135, Stop, "the account may not send"),
    (-1351, Stop, "the account is blocked for a violation"),
    (-136, NoMoney, "no ZBS account is connected"),
    (-137, NoMoney, "the ZBS account cannot be charged"),
    (-138, Stop, "the application may not use this function"),
    (-1381, Stop, "the application may not use this function"),
    (-139, NextWay, "the citizen refuses this kind of message"),
    (-140, NextWay, "the citizen may not receive this kind of message"),
    (-141, NextWay, "the citizen refuses messages of the account"),
    (-142, Never, "the key does not exist"),
    (-143, Never, "the key exists already"),
    (-144, UntilQuota, "the day's limit is reached"),
    // Longer than a citizen should wait.
    (-1441, NextWay, "the month's limit is reached"),
    (-145, Stop, "this kind of content is not allowed"),
    (-146, Stop, "the template is disabled"),
    (-147, UntilQuota, "the template's limit is reached"),
    (-1471, NextWay, "the citizen's limit of the month is reached"),
    (-1472, UntilQuota, "the citizen's limit of the day is reached"),
    (-148, Never, "a journey token is missing"),
    (-149, Never, "the journey token is invalid"),
    (-1491, Never, "the journey token is invalid"),
    (-150, Never, "the journey token has expired"),
    (-151, Never, "the template is not for encrypted messages"),
    (-152, Never, "the encryption is invalid"),
    (-153, Never, "the data have a wrong format"),
    (-158, Never, "the upload is too large"),
    (-159, Never, "the upload has a wrong type"),
    (-160, UntilQuota, "the day's uploads are used up"),
    (-161, Never, "the sending mode is invalid"),
    (-162, Never, "the sending mode is not allowed"),
];

#[cfg(test)]
mod tests {
    use super::*;

    /// zalo-oa 2.6, grouped by what its column «Suggested handling» says.
    const ACCOUNT_SHEET: &[(Decision, &[i64])] = &[
        (BackOff, &[-32]),
        (Later, &[-200, -214, -231]),
        (RefreshToken, &[-216, -220]),
        (NextWay, &[-213, -217, -227, -230, -232, -244]),
        (UntilQuota, &[-211, -218]),
        (UntilMorning, &[-234]),
        (Never, &[-100, -201, -210, -233, -238, -241, -248, -249, -403, -1340, -1341]),
        (NoMoney, &[-320, -321]),
        (Stop, &[-204, -205, -209, -212, -219, -221, -223, -224, -235, -237, -240, -242]),
    ];

    /// zalo-oa 6.
    const TEMPLATE_SHEET: &[(Decision, &[i64])] = &[
        (BackOff, &[-32]),
        (Later, &[-100]),
        (RefreshToken, &[-124]),
        (NextWay, &[-108, -110, -114, -118, -119, -127, -139, -140, -141, -1441, -1471]),
        (UntilQuota, &[-144, -147, -1472, -160]),
        (UntilMorning, &[-133]),
        (
            Never,
            &[
                -107, -111, -112, -1121, -1122, -1123, -1124, -113, -1131, -116, -121, -122, -123, -128, -129, -130,
                -132, -142, -143, -148, -149, -1491, -150, -151, -152, -153, -158, -159, -161, -162,
            ],
        ),
        (NoMoney, &[-115, -126, -136, -137]),
        (
            Stop,
            &[
                -101, -102, -103, -104, -105, -106, -109, -1091, -117, -120, -1201, -1202, -1241, -125, -131, -135,
                -1351, -138, -1381, -145, -146,
            ],
        ),
    ];

    #[test]
    fn every_code_of_the_sheets_has_its_decision_and_no_other_code_has_one() {
        for (host, table, sheet) in
            [(Host::Account, ACCOUNT, ACCOUNT_SHEET), (Host::Templates, TEMPLATES, TEMPLATE_SHEET)]
        {
            for (decision, codes) in sheet {
                for code in *codes {
                    let found = meaning(host, *code).map(|(decision, _)| decision);
                    assert_eq!(found, Some(*decision), "{host:?} {code}");
                }
            }
            let count: usize = sheet.iter().map(|(_, codes)| codes.len()).sum();
            assert_eq!(table.len(), count, "{host:?}: a code stands twice, or is not in the sheet");
        }
    }
}
