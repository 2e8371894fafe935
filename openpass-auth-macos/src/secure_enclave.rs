//! Keys in the Secure Enclave, by the Security framework. With `la_context.rs` and
//! `boot_clock/since_boot.rs`, all of this crate's unsafe code.
#![expect(
    unsafe_code,
    reason = "Objective-C and C are called in these two files, and nowhere else"
)]

use core::ptr::{self, NonNull};

use objc2::rc::{Retained, autoreleasepool};
use objc2_core_foundation::{
    CFBoolean, CFData, CFDictionary, CFError, CFNumber, CFRetained, CFString, CFType,
};
use objc2_local_authentication::LAContext;
use objc2_security::{
    SecAccessControl, SecAccessControlCreateFlags, SecKey, kSecAttrAccessControl,
    kSecAttrAccessibleWhenUnlockedThisDeviceOnly, kSecAttrIsPermanent, kSecAttrKeyClass,
    kSecAttrKeyClassPrivate, kSecAttrKeySizeInBits, kSecAttrKeyType,
    kSecAttrKeyTypeECSECPrimeRandom, kSecAttrTokenID, kSecAttrTokenIDSecureEnclave,
    kSecKeyAlgorithmECDSASignatureMessageX962SHA256, kSecPrivateKeyAttrs,
    kSecUseAuthenticationContext,
};

use crate::{
    key_failure::KeyFailure,
    system::{KeyInUse, NewKey},
};

/// The value of `kSecAttrTokenOID`, under which a key's attributes have its token
/// object: for the Secure Enclave, the wrapped key. `SecKeyCopyAttributes` gives it and
/// `SecKeyCreateWithData` takes it; Apple's sources have the name, and its headers for
/// others do not.
const TOKEN_OBJECT: &str = "toid";

/// Makes a key that takes a finger or a face of those that are enrolled now. Nobody is
/// asked.
///
/// It is not permanent: the keychain that could hold it is open only to programs with
/// an entitlement that a command-line tool does not have (Apple, TN3137). What is
/// stored is in our hands.
pub(crate) fn make() -> Result<NewKey, KeyFailure> {
    autoreleasepool(|_| {
        let access = access_control()?;
        let size = CFNumber::new_i32(256);
        // SAFETY: constants that the framework defines.
        let parameters = unsafe {
            let private = dictionary(&[
                (kSecAttrIsPermanent, CFBoolean::new(false)),
                (kSecAttrAccessControl, &access),
            ]);
            dictionary(&[
                (kSecAttrKeyType, kSecAttrKeyTypeECSECPrimeRandom),
                (kSecAttrKeySizeInBits, &size),
                (kSecAttrTokenID, kSecAttrTokenIDSecureEnclave),
                (kSecPrivateKeyAttrs, private.as_ref()),
            ])
        };
        let mut error = ptr::null_mut();
        // SAFETY: the parameters are those that Apple's page names, of its types;
        // `error` is a local that lives through the call.
        let key = unsafe { SecKey::new_random_key(parameters.as_ref(), &raw mut error) };
        let key = given(key, error)?;
        Ok(NewKey {
            stored: token_object(&key)?,
            public: public(&key)?,
        })
    })
}

/// The key of the token object `stored`, to be used by the yes of `context`.
pub(crate) fn open(
    context: &Retained<LAContext>,
    stored: &[u8],
) -> Result<Box<dyn KeyInUse>, KeyFailure> {
    autoreleasepool(|_| {
        let object = CFString::from_static_str(TOKEN_OBJECT);
        let stored = CFData::from_bytes(stored);
        let context: *const LAContext = Retained::as_ptr(context);
        // SAFETY: every Objective-C object can be retained and released as a CFType,
        // which is all that a dictionary does with a value; it lives through this call.
        let context: &CFType = unsafe { &*context.cast() };
        // SAFETY: constants that the framework defines.
        let attributes = unsafe {
            dictionary(&[
                (kSecAttrKeyType, kSecAttrKeyTypeECSECPrimeRandom),
                (kSecAttrKeyClass, kSecAttrKeyClassPrivate),
                (kSecAttrTokenID, kSecAttrTokenIDSecureEnclave),
                (kSecUseAuthenticationContext, context),
                (&object, &stored),
            ])
        };
        let mut error = ptr::null_mut();
        // SAFETY: the attributes are of the types that Apple's headers and sources
        // name; `error` is a local that lives through the call.
        let key = unsafe {
            SecKey::with_data(
                &CFData::from_bytes(&[]),
                attributes.as_ref(),
                &raw mut error,
            )
        };
        let key: Box<dyn KeyInUse> = Box::new(Opened(given(key, error)?));
        Ok(key)
    })
}

/// A key that is bound to one `LAContext`.
struct Opened(CFRetained<SecKey>);

impl KeyInUse for Opened {
    fn public(&self) -> Result<Vec<u8>, KeyFailure> {
        autoreleasepool(|_| public(&self.0))
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyFailure> {
        autoreleasepool(|_| {
            let message = CFData::from_bytes(message);
            let mut error = ptr::null_mut();
            // SAFETY: the algorithm is a constant of the framework, and hashes the
            // message itself; `error` is a local that lives through the call.
            let signature = unsafe {
                let algorithm = kSecKeyAlgorithmECDSASignatureMessageX962SHA256;
                self.0.signature(algorithm, &message, &raw mut error)
            };
            Ok(given(signature, error)?.to_vec())
        })
    }
}

/// A finger or a face of those that are enrolled now, and a use of the private key.
fn access_control() -> Result<CFRetained<SecAccessControl>, KeyFailure> {
    let flags = SecAccessControlCreateFlags::PrivateKeyUsage
        | SecAccessControlCreateFlags::BiometryCurrentSet;
    let mut error = ptr::null_mut();
    // SAFETY: the protection is a constant of the framework; `error` is a local that
    // lives through the call.
    let access = unsafe {
        let protection = kSecAttrAccessibleWhenUnlockedThisDeviceOnly;
        SecAccessControl::with_flags(None, protection, flags, &raw mut error)
    };
    given(access, error)
}

fn public(key: &SecKey) -> Result<Vec<u8>, KeyFailure> {
    // SAFETY: no precondition; the result is retained.
    let public = unsafe { key.public_key() }.ok_or(KeyFailure::Unexplained)?;
    let mut error = ptr::null_mut();
    // SAFETY: `error` is a local that lives through the call.
    let bytes = unsafe { public.external_representation(&raw mut error) };
    Ok(given(bytes, error)?.to_vec())
}

fn token_object(key: &SecKey) -> Result<Vec<u8>, KeyFailure> {
    // SAFETY: no precondition; the result is retained.
    let attributes = unsafe { key.attributes() }.ok_or(KeyFailure::Unexplained)?;
    // SAFETY: Apple's page says of what types the keys and values are: strings, and
    // values of CoreFoundation.
    let attributes =
        unsafe { CFRetained::cast_unchecked::<CFDictionary<CFString, CFType>>(attributes) };
    let object = attributes.get(&CFString::from_static_str(TOKEN_OBJECT));
    let object = object.and_then(|object| object.downcast::<CFData>().ok());
    let object = object.ok_or(KeyFailure::Malformed("a key without its token object"))?;
    Ok(object.to_vec())
}

fn dictionary(pairs: &[(&CFString, &CFType)]) -> CFRetained<CFDictionary<CFString, CFType>> {
    let (keys, values): (Vec<_>, Vec<_>) = pairs.iter().copied().unzip();
    CFDictionary::from_slices(&keys, &values)
}

/// Returns the value that a function of the framework gave, or the error that the
/// function put at `error` instead.
fn given<T>(it: Option<T>, error: *mut CFError) -> Result<T, KeyFailure> {
    // SAFETY: null, or an error that the function made and that is ours to release.
    let error = NonNull::new(error).map(|error| unsafe { CFRetained::from_raw(error) });
    match (it, error) {
        (Some(it), None) => Ok(it),
        (_, Some(error)) => {
            let domain = error.domain().map(|domain| domain.to_string());
            Err(KeyFailure::new(&domain.unwrap_or_default(), error.code()))
        }
        (None, None) => Err(KeyFailure::Unexplained),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_access_control_of_new_keys_can_be_made() {
        assert!(super::access_control().is_ok());
    }
}
